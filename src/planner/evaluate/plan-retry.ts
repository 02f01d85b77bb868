import { didYouMean } from "../../core/closest.ts";
import type { RetryPolicy, RetryRule } from "../../core/plan.ts";
import type { RetryClass } from "../../core/retry-class.ts";
import { parseDuration, parseMemory } from "../../sdk/quantities.ts";
import type { RetryOption } from "../../sdk/declarations.ts";

/** The classes whose number of retries an author may set, and the name of the option. */
const options = {
  user: "user",
  timeout: "timeout",
  neverStarted: "never_started",
  disrupted: "disrupted",
} as const satisfies Partial<Record<keyof RetryOption, RetryClass>>;

const optionNames: readonly string[] = [...Object.keys(options), "outOfMemory", "disk", "backoff", "fatalErrors"];

export function planRetry(retry: RetryOption): RetryPolicy {
  const unknown = Object.keys(retry).find((name) => !optionNames.includes(name));
  if (unknown !== undefined)
    throw new Error(
      `there is no retry.${unknown}; there are ${optionNames.join(", ")}.${didYouMean(unknown, optionNames)}`,
    );
  const backoff = retry.backoff === undefined ? {} : { backoffMs: parseDuration(retry.backoff) };
  const rules: { [K in RetryClass]?: RetryRule } = {};
  for (const [option, retryClass] of Object.entries(options) as [keyof typeof options, RetryClass][]) {
    const retries = retry[option];
    if (retries !== undefined) rules[retryClass] = { retries: wholeNumber(`retry.${option}`, retries), ...backoff };
  }
  if (retry.outOfMemory !== undefined) {
    const { attempts = 2, memory, upTo } = retry.outOfMemory;
    rules.out_of_memory = planGrowth("retry.outOfMemory", attempts, { memory }, upTo);
  }
  if (typeof retry.disk === "object") {
    const { attempts = 1, disk, upTo } = retry.disk;
    rules.disk = { ...planGrowth("retry.disk", attempts, { disk }, upTo), ...backoff };
  } else if (retry.disk !== undefined) rules.disk = { retries: wholeNumber("retry.disk", retry.disk), ...backoff };
  return { rules, ...(retry.fatalErrors === undefined ? {} : { fatalErrors: retry.fatalErrors }) };
}

/** @param factors the factor by the name of its option */
function planGrowth(
  of: string,
  attempts: number,
  factors: { readonly [name: string]: string | undefined },
  upTo: number | string,
): RetryRule {
  const [[name, given = "x1.5"]] = Object.entries(factors) as [[string, string | undefined]];
  const factor = Number(/^x(\d+(?:\.\d+)?)$/.exec(given)?.[1]);
  if (!(factor > 1))
    throw new Error(`${of}.${name} is ${JSON.stringify(given)}, and must be a factor over 1 such as "x1.5"`);
  return { retries: wholeNumber(`${of}.attempts`, attempts), growth: { factor, limitBytes: parseMemory(upTo) } };
}

function wholeNumber(of: string, given: number): number {
  if (!Number.isInteger(given) || given < 0) throw new Error(`${of} is ${given}, and must be a whole number`);
  return given;
}
