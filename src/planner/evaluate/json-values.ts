/** What in a value could not be written as JSON and read back the same, in words; undefined if all of it can. */
export function whatIsNoJson(value: unknown, where = ""): string | undefined {
  const at = where === "" ? "" : ` at ${where}`;
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${value}${at}`;
  if (typeof value !== "object") return `${typeof value === "undefined" ? "nothing" : `a ${typeof value}`}${at}`;
  if (Array.isArray(value)) return firstFound(value.map((item, index) => whatIsNoJson(item, `${where}[${index}]`)));
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    return `a ${(value as object).constructor.name}${at}`;
  return firstFound(
    Object.entries(value).map(([name, member]) =>
      member === undefined ? undefined : whatIsNoJson(member, where === "" ? name : `${where}.${name}`),
    ),
  );
}

function firstFound(found: readonly (string | undefined)[]): string | undefined {
  return found.find((one) => one !== undefined);
}
