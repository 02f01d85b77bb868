import type { PlanStep } from "./plan.ts";
import { type BudgetsUsed, retriesAfter } from "./retry.ts";

/**
 * Where the next attempt of a task goes. Capacity that may be taken away again is cheap, and a task that it was taken from
 * often enough is to come to its end: the last attempt that disruptions leave it goes elsewhere, and so do those that
 * follow it for other reasons.
 */
export function platformFor(step: PlanStep, used: BudgetsUsed | undefined): string {
  if (step.lastAttemptOn === undefined) return step.on;
  const isLast = (used?.byClass.disrupted ?? 0) >= retriesAfter("disrupted", step.retry);
  return isLast ? step.lastAttemptOn : step.on;
}
