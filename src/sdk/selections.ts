import { FlotillaError } from "../core/errors.ts";
import { parseKey } from "../core/key.ts";
import type { Scalar } from "../core/plan.ts";
import type { Selection } from "../core/selection.ts";
import { parseWhere } from "../core/where.ts";
import type { FileValue } from "./scenario-types.ts";

/** The first scenarios of the set, in the order of their source. */
export function first(count: number): Selection {
  return Object.freeze({ type: "first", count: atLeastOne("first", count) });
}

/** Every scenario. */
export function all(): Selection {
  return Object.freeze({ type: "all" });
}

/**
 * The scenarios that meet all conditions (`where("origin=JFK", "flights>=300")`, as on the command line), or for which
 * a function says so (`where((scenario) => scenario.flights >= 300)`). Throws `KEY_INVALID` for a condition that cannot be read.
 */
export function where(...conditions: readonly string[] | readonly [(scenario: Readonly<Record<string, FileValue>>) => boolean]): Selection {
  const [only] = conditions;
  if (typeof only === "function") return Object.freeze({ type: "matching", matches: only });
  return Object.freeze({ type: "where", conditions: (conditions as readonly string[]).map(parseWhere) });
}

/**
 * Scenarios by their full keys: `rows("origin=JFK,month=7")` or `rows({ origin: "JFK", month: 7 })`.
 * Throws `KEY_INVALID` for a key that cannot be read.
 */
export function rows(...keys: readonly (string | Readonly<Record<string, Scalar>>)[]): Selection {
  return Object.freeze({ type: "rows", keys: keys.map((key) => (typeof key === "string" ? parseKey(key) : key)) });
}

/**
 * A few scenarios that stand for the rest: they cover the values of all dimensions first, then pairs of values; among
 * equals the ones with the highest label `typical` are taken. The same every time.
 */
export function representative(count: number, options: { readonly typical?: string } = {}): Selection {
  return Object.freeze({ type: "representative", count: atLeastOne("representative", count), ...options });
}

function atLeastOne(what: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new FlotillaError("PIPELINE_INVALID", `${what}(${String(count)}) selects nothing`, { mend: "give a whole number of at least 1" });
}
