import type { StateCounts } from "../../core/task-state.ts";
import { settledOf, totalOf } from "./count-tasks.ts";

export interface Pace {
  /** Tasks settled per second, if known. */
  readonly rate: number | undefined;
  /** How long a task of each step takes, milliseconds, where known. */
  readonly stepMs: readonly (number | undefined)[];
  /** Tasks that run at once. */
  readonly atOnce: number;
}

/** So many tasks a second are short ones, and what lies between them counts as much as they do. */
const manyPerSecond = 20;
/** From this share on, the tasks of which the duration is known tell enough about the others. */
const enough = 0.5;

/**
 * Milliseconds until the end: short tasks go on at the rate that they have, long ones take what those of their step
 * took. Undefined as long as that is known of too few.
 */
export function timeLeft(counts: readonly StateCounts[], { rate, stepMs, atOnce }: Pace): number | undefined {
  const left = counts.map((step) => totalOf(step) - settledOf(step));
  const all = sum(left);
  if (rate !== undefined && rate >= manyPerSecond) return (all / rate) * 1000;
  const known = sum(left.map((tasks, step) => (stepMs[step] === undefined ? 0 : tasks)));
  if (known === 0 || known < all * enough) return undefined;
  // What is under way is half done.
  const workMs = sum(counts.map(({ active }, step) => (left[step]! - active / 2) * (stepMs[step] ?? 0)));
  return ((workMs / known) * all) / Math.max(1, atOnce);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
