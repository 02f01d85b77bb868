import type { PlanStep } from "../../core/plan.ts";
import type { PoolRow } from "../../store/store.ts";
import { largestDemand } from "./largest-demand.ts";
import type { KnownPlan } from "./plan-book.ts";

export interface Expected {
  /** What one task of each step takes; undefined for a step that has never run. */
  readonly steps: readonly (number | undefined)[];
  /** From the start to the end of a run that has the machine to itself; undefined unless all steps are known. */
  readonly runMs: number | undefined;
}

/**
 * How long a run will take, from what such tasks took before and from what the platforms have: no shorter than the longest
 * path, and no shorter than all the work spread over the places there are for it.
 */
export function expectDurations(
  { plan, topology }: KnownPlan,
  meanMs: Readonly<Record<string, number>>,
  pools: readonly PoolRow[],
): Expected {
  const capacity = new Map(pools.map((pool) => [pool.name, pool.capacity]));
  const steps = plan.steps.map(({ name, work }) =>
    Object.hasOwn(meanMs, name) ? meanMs[name] : work.type === "noop" ? 0 : undefined,
  );
  const durations = steps.filter((ms) => ms !== undefined);
  if (durations.length < steps.length) return { steps, runMs: undefined };
  const ends: number[] = [];
  const busy = new Map<string, number>();
  for (const { index, size, upstream } of topology.steps) {
    const step = plan.steps[index]!;
    const places = placesFor(step, plan.concurrency, capacity);
    const work = durations[index]! * size;
    busy.set(step.on, (busy.get(step.on) ?? 0) + work / places);
    const begin = Math.max(0, ...upstream.filter(({ from }) => from !== index).map(({ from }) => ends[from]!));
    ends.push(begin + Math.max(durations[index]!, size === 0 ? 0 : work / Math.min(places, size)));
  }
  return { steps, runMs: Math.max(0, ...ends, ...busy.values()) };
}

/** How many tasks of a step there is room for at once. */
function placesFor(step: PlanStep, concurrency: number | undefined, capacity: ReadonlyMap<string, number>): number {
  const room = Object.entries(largestDemand(step)).map(([pool, units]) =>
    units === 0 ? Infinity : Math.floor((capacity.get(pool) ?? Infinity) / units),
  );
  return Math.max(1, Math.min(concurrency ?? Infinity, step.concurrency ?? Infinity, ...room));
}
