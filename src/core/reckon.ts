import { type LiveAttempt, type LiveRun, type LiveStep, refOf, stateOf } from "./live-run.ts";
import { block, blocksAtOnce, resolve, settle, setState } from "./settle.ts";
import { type TaskState, taskStateFacts } from "./task-state.ts";

/**
 * Works out from the states alone what every waiting task still waits for, and carries on from there: makes ready what
 * can start, blocks what cannot. Used where states did not come about one event at a time: at the begin of a run, after
 * a restart by a person, and when an engine takes over a run from the store. Costs one visit of each edge.
 */
export function reckon(run: LiveRun, now: number): void {
  for (const step of run.steps) countUnsettled(run, step);
  for (const step of run.steps) {
    step.ready.clear();
    for (let task = 0; task < step.size; task++) if (stateOf(run, step.index, task) === "ready") step.ready.add(task);
  }
  const close = (step: number, task: number, state: TaskState): void => settle(run, step, task, state, now);
  for (const step of run.steps) blockReadersOfBad(run, step, close);
  for (const step of run.steps)
    for (let task = 0; task < step.size; task++)
      if (stateOf(run, step.index, task) === "waiting" && step.unsettled[task] === 0)
        resolve(run, step.index, task, now, close);
}

function countUnsettled(run: LiveRun, step: LiveStep): void {
  step.unsettled.fill(0);
  for (const edge of run.topology.steps[step.index]!.upstream) {
    const writer = run.steps[edge.from]!;
    for (let b = 0; b < step.size; b++) step.unsettled[b]! += edge.countUpstream(b);
    if (writer.counts.waiting === writer.size) continue;
    for (let a = 0; a < writer.size; a++)
      if (taskStateFacts[stateOf(run, edge.from, a)].settled) edge.eachDownstream(a, (b) => step.unsettled[b]!--);
  }
}

/** Readers of tasks that had failed before. Those of tasks that are blocked here and now hear of it through `settle`. */
function blockReadersOfBad(run: LiveRun, step: LiveStep, close: Parameters<typeof block>[4]): void {
  const { counts } = step;
  if (counts.failed + counts.blocked + counts.cancelled + counts.skipped === 0) return;
  const bad: number[] = [];
  for (let a = 0; a < step.size; a++) {
    const facts = taskStateFacts[stateOf(run, step.index, a)];
    if (facts.settled && !facts.good) bad.push(a);
  }
  for (const edge of run.topology.steps[step.index]!.downstream)
    for (const a of bad)
      if (blocksAtOnce(run, edge, a))
        edge.eachDownstream(a, (b) => {
          if (stateOf(run, edge.to, b) === "waiting") block(run, edge, a, b, close);
        });
}

/**
 * Puts tasks, and all that hang on them, back to waiting. An attempt that is alive and reads what is being made anew is
 * superseded: it is ended, and its task waits again. Each knows why it will run again. Answers with the number of them.
 */
export function reset(
  run: LiveRun,
  tasks: readonly { readonly step: number; readonly task: number }[],
  by: string,
): { count: number; superseded: LiveAttempt[] } {
  const seen = run.steps.map((step) => new Uint8Array(step.size));
  const list: [step: number, task: number, why: string][] = [];
  const add = (step: number, task: number, why: string): void => {
    if (seen[step]![task] === 1) return;
    seen[step]![task] = 1;
    list.push([step, task, why]);
  };
  for (const { step, task } of tasks) add(step, task, `restarted by ${by}`);
  const asked = list.length;
  const stale = new Set<string>();
  for (let i = 0; i < list.length; i++) {
    const [step, task, why] = list[i]!;
    if (stateOf(run, step, task) === "active") stale.add(`${step}-${task}`);
    else {
      forget(run.steps[step]!, task);
      setState(run, step, task, "waiting");
    }
    run.steps[step]!.reasons.set(task, why);
    const whyBelow = i < asked ? `runs again, for ${refOf(run, step, task)} was restarted by ${by}` : why;
    for (const edge of run.topology.steps[step]!.downstream)
      edge.eachDownstream(task, (b) => add(edge.to, b, whyBelow));
  }
  const superseded = [...run.active.values()].filter(({ step, task }) => stale.has(`${step}-${task}`));
  return { count: list.length, superseded };
}

/** A person's restart gives a task its budgets back; only the number of its attempts goes on. */
function forget(step: LiveStep, task: number): void {
  step.memory.delete(task);
  step.outputs[task] = undefined;
}
