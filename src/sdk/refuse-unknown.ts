import { didYouMean } from "../core/closest.ts";
import { type ErrorCode, FlotillaError } from "../core/errors.ts";

/**
 * For those who write JavaScript, or look away when the editor complains: an option that there is not would be as if
 * left out, and something else would run than was meant. Throws `code`; the planner adds the line of the call.
 */
export function refuseUnknown(code: ErrorCode, of: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new FlotillaError(code, `${of} has no option ${unknown}`, {
    mend: `there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}.${didYouMean(unknown, known)}`,
  });
}
