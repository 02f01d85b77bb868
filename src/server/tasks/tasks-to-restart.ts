import { FlotillaError } from "../../core/errors.ts";
import { type LiveRun, stateOf } from "../../core/live-run.ts";
import type { Plan } from "../../core/plan.ts";
import { taskStateFacts } from "../../core/task-state.ts";
import { findTask, taskFilter, type TaskNumber } from "./find-tasks.ts";

/** What a person picked. */
export interface RestartChoice {
  /** These tasks. */
  readonly tasks?: readonly string[];
  /** All tasks of these steps that have ended. */
  readonly from?: readonly string[];
  /** Of these, or of what failed or was cancelled, those that meet the conditions. */
  readonly where?: readonly string[];
}

/**
 * The tasks of a choice; without one, what failed or was cancelled. What hangs on them follows by itself.
 * Throws `RUN_STATE` when that is nothing, and what `findTask` and `taskFilter` throw.
 */
export function tasksToRestart(plan: Plan, live: LiveRun, choice: RestartChoice): TaskNumber[] {
  const { tasks = [], from: steps = [], where = [] } = choice;
  const named = tasks.map((ref) => findTask(plan, live.topology, ref));
  const belongs = taskFilter(plan, live.topology, { steps, where });
  const found = new Map(named.map((task) => [`${task.step}-${task.task}`, task]));
  if (named.length === 0 || steps.length > 0)
    for (const task of allTasks(live)) {
      const state = stateOf(live, task.step, task.task);
      const isChosen = steps.length > 0 ? taskStateFacts[state].settled : state === "failed" || state === "cancelled";
      if (isChosen && belongs(task)) found.set(`${task.step}-${task.task}`, task);
    }
  if (found.size === 0)
    throw new FlotillaError("RUN_STATE", `there is nothing to restart in run ${live.id}`, {
      mend:
        steps.length > 0
          ? "no task of that choice has ended yet"
          : "no task of that choice failed or was cancelled; choose others with --from STEP or --task TASK",
    });
  return [...found.values()];
}

function* allTasks({ topology }: LiveRun): Generator<TaskNumber> {
  for (const { index, size } of topology.steps) for (let task = 0; task < size; task++) yield { step: index, task };
}
