import { didYouMean } from "../../core/closest.ts";
import type { RetryPolicy, RetryRule } from "../../core/plan.ts";
import type { RetryClass } from "../../core/retry-class.ts";
import { parseDuration, parseMemory } from "../../sdk/quantities.ts";
import type { RetryOption } from "../../sdk/declarations.ts";

/** The classes whose number of retries an author may set, and the name of the option. */
const options = {
  user: "user",
  timeout: "timeout",
  disk: "disk",
  neverStarted: "never_started",
  disrupted: "disrupted",
} as const satisfies Partial<Record<keyof RetryOption, RetryClass>>;

const optionNames: readonly string[] = [...Object.keys(options), "outOfMemory", "backoff", "fatalErrors"];

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
    if (retries === undefined) continue;
    if (!Number.isInteger(retries) || retries < 0)
      throw new Error(`retry.${option} is ${retries}, and must be a whole number`);
    rules[retryClass] = { retries, ...backoff };
  }
  if (retry.outOfMemory !== undefined) rules.out_of_memory = planGrowth(retry.outOfMemory);
  return { rules, ...(retry.fatalErrors === undefined ? {} : { fatalErrors: retry.fatalErrors }) };
}

function planGrowth({ attempts = 2, memory = "x1.5", upTo }: NonNullable<RetryOption["outOfMemory"]>): RetryRule {
  const factor = Number(/^x(\d+(?:\.\d+)?)$/.exec(memory)?.[1]);
  if (!(factor > 1))
    throw new Error(
      `retry.outOfMemory.memory is ${JSON.stringify(memory)}, and must be a factor over 1 such as "x1.5"`,
    );
  if (!Number.isInteger(attempts) || attempts < 0)
    throw new Error(`retry.outOfMemory.attempts is ${attempts}, and must be a whole number`);
  return { retries: attempts, growth: { factor, limitBytes: parseMemory(upTo) } };
}
