import type { GraphStep } from "../props.ts";

export type StateCounts = NonNullable<GraphStep["counts"]>;
export type TaskState = keyof StateCounts;

/** In the order of `taskStates`: tiles say a state by its index. */
export const states = [
  "waiting",
  "ready",
  "active",
  "backoff",
  "succeeded",
  "failed",
  "blocked",
  "skipped",
  "cancelled",
  "reused",
] as const satisfies readonly TaskState[];

/** From what is over to what is to come, so that a bar of them fills from the left; failures first, to be seen. */
export const statesInBar = [
  "failed",
  "blocked",
  "succeeded",
  "reused",
  "skipped",
  "cancelled",
  "active",
  "backoff",
  "ready",
  "waiting",
] as const satisfies readonly TaskState[];

export function countsInWords(counts: StateCounts): string {
  return statesInBar
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state].toLocaleString("en")} ${state}`)
    .join(", ");
}
