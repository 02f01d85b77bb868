import type { RunRow } from "../../store/store.ts";
import { settledOf, totalOf } from "./count-tasks.ts";

/** How long a run will go on at this rate (tasks settled per second), in milliseconds; undefined when that tells nothing. */
export function leftMs(
  { state, counts }: Pick<RunRow, "state" | "counts">,
  rate: number | undefined,
): number | undefined {
  if (state !== "running" || rate === undefined || rate <= 0) return undefined;
  return (counts.reduce((sum, step) => sum + totalOf(step) - settledOf(step), 0) / rate) * 1000;
}
