import { FlotillaError } from "../core/errors.ts";
import { type LiveRun, stateOf } from "../core/live-run.ts";
import type { Plan } from "../core/plan.ts";
import { taskStateFacts } from "../core/task-state.ts";
import { listOption, type Options } from "./command.ts";
import { findTask, taskFilter, type TaskNumber } from "./find-tasks.ts";

/**
 * What a person picked with `--task`, `--from` and `--where`; without a choice of theirs, what failed or was cancelled.
 * What hangs on it follows by itself. Throws `RUN_STATE` when that is nothing, and what `findTask` and `taskFilter` throw.
 */
export function tasksToRestart(plan: Plan, live: LiveRun, options: Options): TaskNumber[] {
  const steps = listOption(options, "from");
  const where = listOption(options, "where");
  const named = listOption(options, "task").map((ref) => findTask(plan, live.topology, ref));
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
