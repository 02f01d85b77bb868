import { findColumn, readValue } from "./columns.ts";
import { FlotillaError } from "./errors.ts";
import { decodeKeyText, encodeKeyText } from "./key-text.ts";
import type { Scalar } from "./plan.ts";
import type { ScenarioSet } from "./scenario-set.ts";

/** `origin=JFK,month=7`: values of dimensions on one readable line. Any text survives the way there and back. */
export function formatKey(by: readonly string[], values: Readonly<Record<string, Scalar>>): string {
  return by.map((name) => `${encodeKeyText(name)}=${encodeKeyText(String(values[name]))}`).join(",");
}

/** `train[origin=JFK,month=7]`; just the step's name when it has no dimensions. Can be pasted into a shell in quotes. */
export function formatTaskRef(step: string, by: readonly string[], values: Readonly<Record<string, Scalar>>): string {
  return by.length === 0 ? encodeKeyText(step) : `${encodeKeyText(step)}[${formatKey(by, values)}]`;
}

/** The step and the key in a task reference, dimensions in any order. Throws `KEY_INVALID`. */
export function parseTaskRef(text: string): { step: string; key: Record<string, string> } {
  const match = /^([^[\]]+)(?:\[([^[\]]+)\])?$/.exec(text);
  if (match === null)
    throw invalidKey(text, "it is not a task reference", "write it as step, or as step[dimension=value,…]");
  return { step: decoded(match[1]!, text), key: match[2] === undefined ? {} : parseKey(match[2]) };
}

/** The values in `origin=JFK,month=7`, as texts. Throws `KEY_INVALID`. */
export function parseKey(text: string): Record<string, string> {
  const parts = text.split(",").map((part): [string, string] => {
    const [name, value, ...more] = part.split("=");
    if (name === undefined || name === "" || value === undefined || more.length > 0) {
      throw invalidKey(
        text,
        `${JSON.stringify(part)} is not dimension=value`,
        "write dimension=value, with commas between; in values write , as %2C and = as %3D",
      );
    }
    return [decoded(name, text), decoded(value, text)];
  });
  const names = parts.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw invalidKey(text, `it names ${JSON.stringify(twice)} twice`, "give each dimension one value");
  return Object.fromEntries(parts);
}

/** A key's texts as values of the set's types. Throws `DIMENSION_UNKNOWN`, or `KEY_INVALID` for a text of another type. */
export function decodeKey(set: ScenarioSet, key: Readonly<Record<string, string>>): Record<string, Scalar> {
  return Object.fromEntries(Object.entries(key).map(([name, text]) => [name, readValue(findColumn(set, name), text)]));
}

function decoded(encoded: string, whole: string): string {
  const text = decodeKeyText(encoded);
  if (text === undefined)
    throw invalidKey(whole, `${JSON.stringify(encoded)} holds a % that stands for nothing`, "write % as %25");
  return text;
}

/** The error for a key or filter that cannot be read. */
export function invalidKey(text: string, why: string, mend: string): FlotillaError {
  return new FlotillaError("KEY_INVALID", `${JSON.stringify(text)} cannot be read: ${why}`, {
    mend,
    place: { key: text },
  });
}
