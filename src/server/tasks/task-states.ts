import { type TaskState, taskStateFacts } from "../../core/task-state.ts";
import type { Topology } from "../../core/topology.ts";
import type { RunRow, Store } from "../../store/store.ts";
import type { TaskNumber } from "./find-tasks.ts";

/** More tasks before those that are looked at are not read: what needs so many is taken to wait. */
const mostNeeds = 20_000;

/**
 * The states of some tasks of a run. A task that waits has no row, and neither has one that is ready: the latter is told by what
 * it needs, which is looked at only where the step has tasks of both kinds.
 */
export async function statesOf(
  store: Store,
  run: Pick<RunRow, "id" | "counts">,
  topology: Topology,
  tasks: readonly TaskNumber[],
): Promise<(task: TaskNumber) => TaskState> {
  const rows = await store.taskStates(run.id, tasks);
  const known = new Map(rows.map(({ step, task, state }) => [keyOf({ step, task }), state]));
  const open: TaskNumber[] = [];
  for (const task of tasks) {
    const state = known.get(keyOf(task)) ?? "waiting";
    if (state !== "waiting") continue;
    const { ready, waiting } = run.counts[task.step]!;
    if (ready > 0 && waiting > 0) open.push(task);
    else known.set(keyOf(task), ready > 0 ? "ready" : "waiting");
  }
  const unsettled = await countUnsettled(store, run, topology, open);
  open.forEach((task, index) => known.set(keyOf(task), unsettled[index] === 0 ? "ready" : "waiting"));
  return (task) => known.get(keyOf(task)) ?? "waiting";
}

/** For each of these tasks, how many of those that it needs are not settled; undefined where they are too many to look at. */
export async function countUnsettled(
  store: Store,
  run: Pick<RunRow, "id">,
  topology: Topology,
  tasks: readonly TaskNumber[],
): Promise<(number | undefined)[]> {
  let room = mostNeeds;
  const needs = tasks.map(({ step, task }) => {
    const { upstream } = topology.steps[step]!;
    room -= upstream.reduce((sum, edge) => sum + edge.countUpstream(task), 0);
    const found: TaskNumber[] = [];
    if (room >= 0)
      for (const edge of upstream) edge.eachUpstream(task, (from) => found.push({ step: edge.from, task: from }));
    return room < 0 ? undefined : found;
  });
  const asked = new Map(needs.flatMap((found) => found ?? []).map((task) => [keyOf(task), task]));
  const rows = await store.taskStates(run.id, [...asked.values()]);
  const settled = new Set(rows.filter(({ state }) => taskStateFacts[state].settled).map(keyOf));
  return needs.map((found) => found?.filter((task) => !settled.has(keyOf(task))).length);
}

export function keyOf({ step, task }: TaskNumber): string {
  return `${step}-${task}`;
}
