import type { Edge } from "../../core/topology.ts";
import type { RunView } from "./run-view.ts";

/** A task by the plan's numbers. */
interface TaskNumber {
  readonly step: number;
  readonly task: number;
}

const longest = 1_000;

/**
 * The chain of tasks that the end had to wait for: from the task that ended last backwards, always to the one it needs that
 * ended last. Only tasks that have run; at most the last 1,000 of them, in order of time.
 */
export function criticalPath(view: RunView): TaskNumber[] {
  const lastOf = lastEnded(view);
  let next = latest(
    view,
    lastOf.flatMap((task, step) => (task === undefined ? [] : [{ step, task }])),
  );
  const path: TaskNumber[] = [];
  while (next !== undefined && path.length < longest) {
    path.push(next);
    const { step, task } = next;
    const before: TaskNumber[] = view.topology.steps[step]!.upstream.flatMap((edge) => {
      const last = lastUpstream(view, edge, task, lastOf);
      return last === undefined ? [] : [{ step: edge.from, task: last }];
    });
    next = latest(view, before);
  }
  return path.toReversed();
}

/** When a task that has run ended; undefined of one that has not. */
function endOf({ steps }: RunView, step: number, task: number): number | undefined {
  const { startedAt, endedAt } = steps[step]!;
  return Number.isNaN(startedAt[task]!) || Number.isNaN(endedAt[task]!) ? undefined : endedAt[task]!;
}

/** Of each step the task that ended last. */
function lastEnded(view: RunView): (number | undefined)[] {
  return view.steps.map(({ shape }) => {
    let found: number | undefined;
    let foundAt = -Infinity;
    for (let task = 0; task < shape.size; task++) {
      const at = endOf(view, shape.index, task);
      if (at !== undefined && at > foundAt) [found, foundAt] = [task, at];
    }
    return found;
  });
}

function lastUpstream(
  view: RunView,
  edge: Edge,
  task: number,
  lastOf: readonly (number | undefined)[],
): number | undefined {
  // What collects a whole step needs no look at each of a million tasks.
  if (edge.countUpstream(task) === view.steps[edge.from]!.shape.size) return lastOf[edge.from];
  let found: number | undefined;
  let foundAt = -Infinity;
  edge.eachUpstream(task, (from) => {
    const at = endOf(view, edge.from, from);
    if (at !== undefined && (at > foundAt || (at === foundAt && from < found!))) [found, foundAt] = [from, at];
  });
  return found;
}

function latest(view: RunView, tasks: readonly TaskNumber[]): TaskNumber | undefined {
  let found: TaskNumber | undefined;
  for (const one of tasks)
    if (found === undefined || endOf(view, one.step, one.task)! > endOf(view, found.step, found.task)!) found = one;
  return found;
}
