/** A JSON value: the only kind of data that crosses a process boundary or is stored. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/**
 * JSON text that is equal for equal values: keys sorted, no white space, members that are `undefined` left out.
 * Hashes of plans and content keys are taken over this text, so its form may never change.
 */
export function canonicalJson(value: Json | undefined): string {
  if (value === undefined) return "null";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isArray(value)) return canonicalArray(value);
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(",")}}`;
}

/** Columns of a million codes pass through here: numbers need no recursion, and `join` beats a million small strings. */
function canonicalArray(values: readonly Json[]): string {
  if (values.every((value) => typeof value === "number")) return `[${values.join(",")}]`;
  return `[${values.map(canonicalJson).join(",")}]`;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
