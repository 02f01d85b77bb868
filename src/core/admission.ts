import { perTask, raisedResources } from "./attempt-start.ts";
import { platformFor } from "./last-attempt.ts";
import type { LiveRun } from "./live-run.ts";
import type { PlanStep, Resources } from "./plan.ts";
import type { BudgetsUsed } from "./retry.ts";
import type { Start } from "./run-event.ts";
import { formatBytes } from "./units.ts";

/** What can be held of a pool and what is, as far as this engine knows; the store has the last word. */
export interface Pool {
  capacity: number;
  used: number;
}

/** A run as admission sees it. */
export interface Candidate {
  readonly run: LiveRun;
  /** For each step, the expected time from its start to the end of the run, in milliseconds. */
  readonly remainingMs: readonly number[];
}

export interface Admitted extends Start {
  readonly run: LiveRun;
}

export type Admission =
  | { readonly type: "start"; readonly start: Admitted }
  | {
      readonly type: "impossible";
      readonly run: LiveRun;
      readonly step: number;
      readonly task: number;
      readonly message: string;
    };

/** How long a task may be passed over by smaller ones that come after it in order, before room is kept for it. */
export const patienceMs = 60_000;

/**
 * The next task to start: highest priority first, then the run with the fewest attempts alive, then the longest expected
 * remaining path. What does not fit now is passed over by what does, for a while. Undefined: nothing can start now.
 * Reads everything, changes nothing; the caller starts the task, counts what it holds, and asks again.
 */
export function chooseNext(
  candidates: readonly Candidate[],
  pools: ReadonlyMap<string, Pool>,
  now: number,
): Admission | undefined {
  const kept = new Set<string>();
  for (const { run, step, task, isLimited } of headsInOrder(candidates)) {
    if (isLimited) continue;
    const platform = platformFor(run.plan.steps[step]!, run.steps[step]!.memory.get(task)?.used);
    if (kept.has(platform)) continue;
    const holds = demandOf(run, step, task);
    const message = impossibleDemand(holds, pools);
    if (message !== undefined) return { type: "impossible", run, step, task, message };
    if (fits(holds, pools)) return { type: "start", start: { run, step, task, platform, holds } };
    if (now - (run.steps[step]!.memory.get(task)?.readyAt ?? now) > patienceMs) kept.add(platform);
  }
  return undefined;
}

/** The task of a step that is next in order. */
interface Head {
  readonly run: LiveRun;
  readonly step: number;
  readonly task: number;
  /** Its run or its step has as many attempts alive as it may have. */
  readonly isLimited: boolean;
  readonly priority: number;
  readonly alive: number;
  readonly remainingMs: number;
}

export function headsInOrder(candidates: readonly Candidate[]): Head[] {
  return candidates.flatMap(headsOf).toSorted(inOrder);
}

function headsOf({ run, remainingMs }: Candidate): Head[] {
  if (run.state !== "running") return [];
  const heads: Head[] = [];
  for (const step of run.steps) {
    const task = step.ready.peek();
    if (task === undefined) continue;
    heads.push({
      run,
      step: step.index,
      task,
      isLimited: !mayStart(run, step.index),
      priority: step.ready.priorityOf(task),
      alive: run.active.size,
      remainingMs: remainingMs[step.index]!,
    });
  }
  return heads;
}

/** Whether the limits that the pipeline sets, on the run and on the step, leave room for one more attempt. */
export function mayStart(run: LiveRun, step: number): boolean {
  return limitReached(run, step) === undefined;
}

/** Which of these limits leaves none. */
export function limitReached(run: LiveRun, step: number): "run" | "step" | undefined {
  const alive = run.active.size - run.followers.size;
  if (alive >= (run.plan.concurrency ?? Infinity)) return "run";
  return run.steps[step]!.active >= (run.plan.steps[step]!.concurrency ?? Infinity) ? "step" : undefined;
}

function inOrder(a: Head, b: Head): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (a.run !== b.run && a.alive !== b.alive) return a.alive - b.alive;
  return b.remainingMs - a.remainingMs || a.step - b.step;
}

/** What an attempt of this task holds until it has ended, by pool. */
export function demandOf(run: LiveRun, step: number, task: number): Record<string, number> {
  return demandOfTask(run.plan.steps[step]!, task, run.steps[step]!.memory.get(task)?.used);
}

/** The same, of a task that has used so much of its budgets. */
export function demandOfTask(planned: PlanStep, task: number, used: BudgetsUsed | undefined): Record<string, number> {
  return demandOfStep(planned, raisedResources(perTask(planned.resources, task), used), platformFor(planned, used));
}

/** What an attempt of a step holds that asks for these resources. Those of its platform have the platform's name in front. */
export function demandOfStep(
  planned: PlanStep,
  { cpu, memoryBytes, gpu }: Resources,
  on: string = planned.on,
): Record<string, number> {
  const holds: Record<string, number> = {};
  for (const [pool, units] of Object.entries(planned.pools)) holds[userPool(pool)] = units;
  if (planned.work.type === "noop") return holds;
  holds[`${on}/cpu`] = Math.ceil(cpu * 1000);
  holds[`${on}/slots`] = 1;
  if (memoryBytes !== undefined) holds[`${on}/memory`] = memoryBytes;
  if (gpu !== undefined) holds[`${on}/gpu`] = gpu;
  return holds;
}

/** Pools that pipelines declare live beside the platforms' resources; the prefix keeps their names apart. */
export function userPool(name: string): string {
  return `pool:${name}`;
}

export function fits(holds: Readonly<Record<string, number>>, pools: ReadonlyMap<string, Pool>): boolean {
  return fullPool(holds, pools) === undefined;
}

/** A pool that has no room for all of this; one that nobody has given a capacity does not limit. */
export function fullPool(
  holds: Readonly<Record<string, number>>,
  pools: ReadonlyMap<string, Pool>,
): string | undefined {
  for (const name in holds) {
    const pool = pools.get(name);
    if (pool !== undefined && pool.used + holds[name]! > pool.capacity) return name;
  }
  return undefined;
}

function impossibleDemand(
  holds: Readonly<Record<string, number>>,
  pools: ReadonlyMap<string, Pool>,
): string | undefined {
  for (const name in holds) {
    const capacity = pools.get(name)?.capacity;
    if (capacity === undefined || holds[name]! <= capacity) continue;
    return `asks for ${amount(name, holds[name]!)}, and there is ${amount(name, capacity)} in all`;
  }
  return undefined;
}

function amount(pool: string, units: number): string {
  if (pool.endsWith("/memory")) return `${formatBytes(units)} of memory`;
  if (pool.endsWith("/cpu")) return `${units / 1000} CPU`;
  if (pool.endsWith("/gpu")) return `${units} GPU`;
  return `${units} of ${pool.replace(/^pool:/, "pool ")}`;
}

/** In words, why a ready task has not started; shown to people. */
export function describeWait(holds: Readonly<Record<string, number>>, pools: ReadonlyMap<string, Pool>): string {
  const name = fullPool(holds, pools);
  if (name === undefined) return "ready; its turn has not come";
  const { used, capacity } = pools.get(name)!;
  return `waits for room: needs ${amount(name, holds[name]!)}, ${amount(name, used)} of ${amount(name, capacity)} in use`;
}
