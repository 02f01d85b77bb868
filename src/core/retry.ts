import type { Resources, RetryPolicy, RetryRule } from "./plan.ts";
import type { RetryClass } from "./retry-class.ts";
import { formatBytes } from "./units.ts";

/** No task is tried more often than this in one go, whatever the reasons. */
export const mostAttempts = 50;

/** What a task has used of its budgets since it was last (re)started by a person. */
export interface BudgetsUsed {
  readonly byClass: { readonly [K in RetryClass]?: number };
  readonly attempts: number;
  /** What memory and disk have been raised to, once they have. */
  readonly memoryBytes?: number;
  readonly diskBytes?: number;
}

export const unused: BudgetsUsed = { byClass: {}, attempts: 0 };

const second = 1000;

/** What happens in each class when a step says nothing. A class with no retries ends the task. */
const defaults: Record<RetryClass, RetryRule> = {
  user: { retries: 0, backoffMs: second, backoffMaxMs: 60 * second },
  user_fatal: { retries: 0 },
  out_of_memory: { retries: 2 },
  disk: { retries: 1, backoffMs: 10 * second },
  timeout: { retries: 0, backoffMs: second, backoffMaxMs: 60 * second },
  never_started: { retries: 5, backoffMs: 5 * second, backoffMaxMs: 300 * second },
  disrupted: { retries: 10, backoffMs: second, backoffMaxMs: 60 * second },
  lost: { retries: 0 },
  capacity: { retries: 0 },
  config: { retries: 0 },
  infra_transient: { retries: 5, backoffMs: second, backoffMaxMs: 60 * second },
  engine: { retries: 2, backoffMs: second },
};

/** A timeout is the program's own fault and draws on the same budget as its errors. */
const budgetOf: { readonly [K in RetryClass]?: RetryClass } = { timeout: "user" };

/** New attempts after the first that ended so. */
export function retriesAfter(retryClass: RetryClass, { rules }: RetryPolicy): number {
  return rules[retryClass]?.retries ?? defaults[retryClass].retries;
}

export type RetryDecision =
  | { readonly type: "retry"; readonly afterMs: number; readonly used: BudgetsUsed; readonly why: string }
  | { readonly type: "give-up"; readonly used: BudgetsUsed; readonly why: string };

/**
 * Whether and when a task is tried again after an attempt that ended in `retryClass`.
 * `roll` is a number in [0, 1) from the engine's source of randomness; it spreads retries over the second half of each wait.
 */
export function decideRetry(
  retryClass: RetryClass,
  policy: RetryPolicy,
  resources: Resources,
  used: BudgetsUsed,
  roll: number,
): RetryDecision {
  const budget = budgetOf[retryClass] ?? retryClass;
  const rule = { ...defaults[retryClass], ...policy.rules[budget], ...policy.rules[retryClass] };
  const before = used.byClass[budget] ?? 0;
  const now: BudgetsUsed = { ...used, byClass: { ...used.byClass, [budget]: before + 1 }, attempts: used.attempts + 1 };
  if (now.attempts >= mostAttempts)
    return { type: "give-up", used: now, why: `tried ${now.attempts} times, the most there may be` };
  if (before >= rule.retries) return { type: "give-up", used: now, why: spent(retryClass, rule.retries) };

  const afterMs = backoff(rule, before, roll);
  const why = `retry ${before + 1} of ${rule.retries} after ${retryClass}`;
  if (retryClass === "out_of_memory") return raise("memory", rule, resources, now, afterMs, why);
  // A disk may be full that is not the task's own, and has room later: without a limit to raise it is tried again as it was.
  if (retryClass === "disk" && rule.growth !== undefined && resources.diskBytes !== undefined)
    return raise("disk", rule, resources, now, afterMs, why);
  return { type: "retry", afterMs, used: now, why };
}

/** What can be raised: its member of resources and budgets, and how an end for want of it is told. */
const raised = {
  memory: { bytes: "memoryBytes", ended: "out of memory", option: "retry.outOfMemory.upTo" },
  disk: { bytes: "diskBytes", ended: "out of disk", option: "retry.disk.upTo" },
} as const;

function raise(
  what: keyof typeof raised,
  rule: RetryRule,
  resources: Resources,
  used: BudgetsUsed,
  afterMs: number,
  why: string,
): RetryDecision {
  const { bytes, ended, option } = raised[what];
  const had = used[bytes] ?? resources[bytes];
  if (rule.growth === undefined || had === undefined)
    return { type: "give-up", used, why: `${ended}; the step does not say how far its ${what} may grow (${option})` };
  const grown = Math.min(Math.ceil(had * rule.growth.factor), rule.growth.limitBytes);
  if (grown <= had)
    return { type: "give-up", used, why: `${ended} with all that the step may have (${formatBytes(had)})` };
  return {
    type: "retry",
    afterMs,
    used: { ...used, [bytes]: grown },
    why: `${why}, with ${formatBytes(grown)} instead of ${formatBytes(had)}`,
  };
}

function backoff(rule: RetryRule, before: number, roll: number): number {
  const full = Math.min((rule.backoffMs ?? 0) * 2 ** before, rule.backoffMaxMs ?? 300 * second);
  return Math.round(full * (0.5 + roll / 2));
}

function spent(retryClass: RetryClass, retries: number): string {
  if (retries === 0) return `failed (${retryClass}), which is not retried here`;
  return `failed (${retryClass}) after ${retries} ${retries === 1 ? "retry" : "retries"}`;
}
