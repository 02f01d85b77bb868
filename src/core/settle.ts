import { type LiveRun, memoryOf, refOf, stateOf } from "./live-run.ts";
import { type TaskState, taskStateFacts, taskStates } from "./task-state.ts";
import type { Edge } from "./topology.ts";

const numberOf = Object.fromEntries(taskStates.map((state, index) => [state, index])) as Record<TaskState, number>;

/** The only place that writes a task's state. Counts, the number of open tasks and the list of changes follow. */
export function setState(run: LiveRun, step: number, task: number, to: TaskState): void {
  const live = run.steps[step]!;
  const from = taskStates[live.state[task]!]!;
  if (from === to) return;
  live.state[task] = numberOf[to];
  live.counts[from]--;
  live.counts[to]++;
  run.open += Number(!taskStateFacts[to].settled) - Number(!taskStateFacts[from].settled);
  run.changes.tasks[step]!.add(task);
}

/** Puts a task among those that may start, and says why it has not. */
export function makeReady(run: LiveRun, step: number, task: number, now: number, why: string): void {
  setState(run, step, task, "ready");
  const memory = memoryOf(run.steps[step]!, task);
  memory.readyAt ??= now;
  memory.why = why;
  memory.dueAt = undefined;
  run.steps[step]!.ready.add(task);
}

/**
 * Settles a task and tells those that hang on it: a task whose needs are all settled becomes ready (or blocked, if they do
 * not suffice), a task that needs every one is blocked by the first failure at once. Blocking settles in turn, so this
 * works through a list instead of calling itself: a chain may be a million tasks long.
 */
export function settle(run: LiveRun, step: number, task: number, to: TaskState, now: number): void {
  const settled: [number, number][] = [];
  const close = (s: number, t: number, state: TaskState): void => {
    setState(run, s, t, state);
    memoryOf(run.steps[s]!, t).endedAt = now;
    settled.push([s, t]);
  };
  close(step, task, to);
  for (let next = settled.pop(); next !== undefined; next = settled.pop()) {
    const [from, a] = next;
    for (const edge of run.topology.steps[from]!.downstream) tellReaders(run, edge, a, now, close);
  }
}

type Close = (step: number, task: number, state: TaskState) => void;

function tellReaders(run: LiveRun, edge: Edge, a: number, now: number, close: Close): void {
  const reader = run.steps[edge.to]!;
  const blocks = blocksAtOnce(run, edge, a);
  edge.eachDownstream(a, (b) => {
    const left = --reader.unsettled[b]!;
    if (stateOf(run, edge.to, b) !== "waiting") return;
    if (blocks) block(run, edge, a, b, close);
    else if (left === 0) resolve(run, edge.to, b, now, close);
  });
}

/** Whether one bad task on this edge is enough to know that its readers can never start. */
export function blocksAtOnce(run: LiveRun, edge: Edge, a: number): boolean {
  return edge.needs === "succeeded" && edge.atLeast >= 1 && !taskStateFacts[stateOf(run, edge.from, a)].good;
}

/** Everything that a waiting task needs is settled: it is ready, or too few of a collection are good. */
export function resolve(run: LiveRun, step: number, b: number, now: number, close: Close): void {
  for (const edge of run.topology.steps[step]!.upstream) {
    if (edge.needs === "done") continue;
    let good = 0;
    let firstBad: number | undefined;
    edge.eachUpstream(b, (a) => {
      if (taskStateFacts[stateOf(run, edge.from, a)].good) good++;
      else firstBad ??= a;
    });
    const all = edge.countUpstream(b);
    if (good >= Math.ceil(all * edge.atLeast - 1e-9)) continue;
    if (edge.atLeast >= 1) return block(run, edge, firstBad!, b, close);
    const memory = memoryOf(run.steps[step]!, b);
    memory.why = `needs ${percent(edge.atLeast)} of ${run.plan.steps[edge.from]!.name}, and only ${good} of ${all} succeeded`;
    return close(step, b, "blocked");
  }
  const { reasons } = run.steps[step]!;
  makeReady(run, step, b, now, reasons.get(b) ?? "everything it needs is there");
  reasons.delete(b);
}

/** Blocks a task because of one that it needs; the reason leads back to the first failure. */
export function block(run: LiveRun, edge: Edge, a: number, b: number, close: Close): void {
  const state = stateOf(run, edge.from, a);
  const cause = run.steps[edge.from]!.memory.get(a);
  const memory = memoryOf(run.steps[edge.to]!, b);
  const word = state === "failed" ? `failed${cause?.class === undefined ? "" : ` (${cause.class})`}` : `is ${state}`;
  memory.why = `needs ${refOf(run, edge.from, a)}, which ${word}`;
  memory.class = cause?.class;
  close(edge.to, b, state === "cancelled" || state === "skipped" ? state : "blocked");
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 1000) / 10} %`;
}
