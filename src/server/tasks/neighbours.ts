import type { TaskState } from "../../core/task-state.ts";
import type { Edge } from "../../core/topology.ts";
import type { RunRow, Store } from "../../store/store.ts";
import type { KnownPlan } from "../plans/plan-book.ts";
import type { TaskNumber } from "./find-tasks.ts";
import { keyOf, statesOf } from "./task-states.ts";

export interface Neighbours {
  /** The first of them. */
  readonly tasks: readonly { readonly ref: string; readonly state: TaskState }[];
  readonly total: number;
}

const mostShown = 100;
/** Of more neighbours the first are looked at, and those that have failed. */
const mostLooked = 500;

/** The tasks that a task reads or waits for, those that are not done first. */
export function neededBy(store: Store, run: RunRow, known: KnownPlan, number: TaskNumber): Promise<Neighbours> {
  const edges = distinct(known.topology.steps[number.step]!.upstream, ({ from }) => from);
  return neighbours(store, run, known, edges, {
    stepOf: ({ from }) => from,
    each: (edge, visit) => edge.eachUpstream(number.task, visit),
  });
}

/** The tasks that read a task, or wait for it; those that went wrong first. */
export function fedBy(store: Store, run: RunRow, known: KnownPlan, number: TaskNumber): Promise<Neighbours> {
  const edges = distinct(known.topology.steps[number.step]!.downstream, ({ to }) => to);
  return neighbours(store, run, known, edges, {
    stepOf: ({ to }) => to,
    each: (edge, visit) => edge.eachDownstream(number.task, visit),
  });
}

/** Two inputs from one step are joined alike: their tasks are the same. */
function distinct(edges: readonly Edge[], stepOf: (edge: Edge) => number): Edge[] {
  return [...new Map(edges.map((edge) => [`${stepOf(edge)} ${edge.kind === "previous"}`, edge])).values()];
}

interface Side {
  stepOf(edge: Edge): number;
  each(edge: Edge, visit: (task: number) => void): void;
}

async function neighbours(
  store: Store,
  run: RunRow,
  { topology }: KnownPlan,
  edges: readonly Edge[],
  side: Side,
): Promise<Neighbours> {
  const looked = new Map<string, TaskNumber>();
  let total = 0;
  for (const edge of edges) {
    const step = side.stepOf(edge);
    const failed = await failedIn(store, run, step);
    let ofEdge = 0;
    side.each(edge, (task) => {
      ofEdge++;
      if (ofEdge <= mostLooked || failed.has(task)) looked.set(keyOf({ step, task }), { step, task });
    });
    total += ofEdge;
  }
  const stateOf = await statesOf(store, run, topology, [...looked.values()]);
  const tasks = [...looked.values()]
    .map((number) => ({ number, state: stateOf(number) }))
    .toSorted((a, b) => needOrder[a.state] - needOrder[b.state])
    .slice(0, mostShown)
    .map(({ number: { step, task }, state }) => ({ ref: topology.steps[step]!.taskRef(task), state }));
  return { tasks, total };
}

/** Few enough to be looked for in a step of any size. */
async function failedIn(store: Store, { id, counts }: RunRow, step: number): Promise<ReadonlySet<number>> {
  if (counts[step]!.failed === 0) return new Set();
  const rows = await store.listTasks(id, { steps: [step], states: ["failed"], limit: mostShown });
  return new Set(rows.map(({ task }) => task));
}

/** What went wrong first, then what is still to come, then what is done. */
export const needOrder: Record<TaskState, number> = {
  failed: 0,
  cancelled: 1,
  blocked: 2,
  skipped: 3,
  active: 4,
  backoff: 4,
  ready: 5,
  waiting: 6,
  succeeded: 7,
  reused: 7,
};
