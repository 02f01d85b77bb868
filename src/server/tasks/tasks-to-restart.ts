import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import { taskStateFacts } from "../../core/task-state.ts";
import type { TaskRow } from "../../store/store.ts";
import type { KnownPlan } from "../plans/plan-book.ts";
import { findStep, findTask, taskFilter, type TaskNumber } from "./find-tasks.ts";

/** What a person picked. */
export interface RestartChoice {
  /** These tasks. */
  readonly tasks?: readonly string[];
  /** All tasks of these steps that have ended. */
  readonly from?: readonly string[];
  /** Of these, or of what failed or was cancelled, those that meet the conditions. */
  readonly where?: readonly string[];
  /** Only what failed for this cause. */
  readonly cause?: string | undefined;
}

/**
 * The tasks of a choice; without one, what failed or was cancelled. What hangs on them follows by itself. `rows` are
 * those that may be meant, at least all that have ended in the steps chosen, or all that failed or were cancelled.
 * Throws `RUN_STATE` when nothing is chosen, and what `findTask` and `taskFilter` throw.
 */
export function tasksToRestart(
  run: RunId,
  { plan, topology }: KnownPlan,
  rows: Iterable<Pick<TaskRow, "step" | "task" | "state" | "cause">>,
  { tasks = [], from = [], where = [], cause }: RestartChoice,
): TaskNumber[] {
  const named = tasks.map((ref) => findTask(plan, topology, ref));
  const steps = new Set(from.map((name) => findStep(topology, name)));
  const belongs = taskFilter(plan, topology, { steps: from, where });
  const found = new Map(named.map((task) => [`${task.step}-${task.task}`, task]));
  if (named.length === 0 || steps.size > 0)
    for (const { step, task, state, cause: why } of rows) {
      const isMeant = steps.size > 0 ? taskStateFacts[state].settled : state === "failed" || state === "cancelled";
      const isOfCause = cause === undefined || (state === "failed" && why === cause);
      if (isMeant && isOfCause && belongs({ step, task })) found.set(`${step}-${task}`, { step, task });
    }
  if (found.size > 0) return [...found.values()];
  throw new FlotillaError("RUN_STATE", `there is nothing to restart in run ${run}`, {
    mend:
      steps.size > 0
        ? "no task of that choice has ended yet"
        : "no task of that choice failed or was cancelled; choose others with --from STEP or --task TASK",
  });
}
