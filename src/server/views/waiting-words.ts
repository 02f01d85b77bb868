import { demandOfTask, describeWait, type Pool } from "../../core/admission.ts";
import type { PlanStep } from "../../core/plan.ts";
import { bindPlan } from "../../core/profile.ts";
import type { BudgetsUsed } from "../../core/retry.ts";
import { taskStateFacts, taskStates } from "../../core/task-state.ts";
import type { Edge } from "../../core/topology.ts";
import type { TaskRow } from "../../store/store.ts";
import type { RunView } from "./run-view.ts";
import { codeOfState } from "./step-view.ts";

/** Why a task that waits does so, in the words of `flotilla tasks`; nothing of one that does not wait. */
export function waitingWords(
  view: RunView,
  pools: ReadonlyMap<string, Pool>,
): (step: number, task: number, row: TaskRow | undefined) => string {
  const unsettled = unsettledIn(view);
  const { steps } = bindPlan(view.plan, view.run.platforms);
  return (step, task, row) => {
    const state = view.steps[step]!.state[task]!;
    if (state === codeOfState.ready)
      return view.run.state === "paused" ? "the run is paused" : describeWait(demandOf(steps[step]!, task, row), pools);
    if (state !== codeOfState.waiting) return "";
    const open = view.topology.steps[step]!.upstream.reduce((sum, edge) => sum + unsettled(edge, task), 0);
    if (open === 0 && view.run.startedAt === undefined) return "the run has not begun";
    return `waits for ${open} ${open === 1 ? "task" : "tasks"}`;
  };
}

function demandOf(planned: PlanStep, task: number, row: TaskRow | undefined): Record<string, number> {
  return demandOfTask(planned, task, row?.memory?.["used"] as BudgetsUsed | undefined);
}

/** How many tasks on the other side of an edge are not settled. Of an edge that collects a whole step that is known from its counts. */
function unsettledIn(view: RunView): (edge: Edge, task: number) => number {
  const openIn = view.steps.map(({ counts }) =>
    taskStates.reduce((sum, state, code) => sum + (taskStateFacts[state].settled ? 0 : counts[code]!), 0),
  );
  const isSettled = taskStates.map((state) => taskStateFacts[state].settled);
  return (edge, task) => {
    if (openIn[edge.from] === 0) return 0;
    const { shape, state } = view.steps[edge.from]!;
    if (edge.countUpstream(task) === shape.size) return openIn[edge.from]!;
    let open = 0;
    edge.eachUpstream(task, (from) => (open += isSettled[state[from]!] ? 0 : 1));
    return open;
  };
}
