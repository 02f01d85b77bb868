import { FlotillaError } from "../../core/errors.ts";
import { type AttemptId, makeAttemptId } from "../../core/ids.ts";
import type { RunRow, TaskRow } from "../../store/store.ts";
import { knownPlan, type KnownPlan } from "../plans/plan-book.ts";
import { runAt } from "../runs/find-run.ts";
import type { ServiceContext } from "../services/service.ts";
import { findTask, type TaskNumber } from "./find-tasks.ts";

/** A task that a request names. */
export interface FoundTask extends KnownPlan {
  readonly run: RunRow;
  readonly number: TaskNumber;
  readonly ref: string;
  /** Absent while it has done nothing but wait. */
  readonly row: TaskRow | undefined;
}

/** Throws `RUN_NOT_FOUND`, `KEY_INVALID` and `TASK_NOT_FOUND`. */
export async function taskAt(
  context: ServiceContext,
  { run: runRef, task }: { readonly run: string; readonly task: string },
): Promise<FoundTask> {
  const run = await runAt(context, runRef);
  const known = await knownPlan(context.store, run);
  const number = findTask(known.plan, known.topology, task);
  const [row] = await context.store.listTasks(run.id, { tasks: [number] });
  return { ...known, run, number, ref: known.topology.steps[number.step]!.taskRef(number.task), row };
}

/** An attempt of a task, by its number; the last one if none is named. */
export interface FoundAttempt {
  readonly task: FoundTask;
  /** Undefined when there was none yet. */
  readonly id: AttemptId | undefined;
  readonly number: number;
  /** It writes no more. */
  readonly hasEnded: boolean;
}

/** Throws what `taskAt` throws, and `TASK_NOT_FOUND` for an attempt that there was not. */
export async function attemptAt(
  context: ServiceContext,
  request: { readonly run: string; readonly task: string; readonly attempt?: number | undefined },
): Promise<FoundAttempt> {
  const task = await taskAt(context, request);
  const made = task.row?.attempts ?? 0;
  const number = request.attempt ?? made;
  if (number > made)
    throw new FlotillaError("TASK_NOT_FOUND", `${task.ref} has had ${made} attempts`, {
      place: { key: task.ref },
      mend: "leave the number out for the last one",
    });
  const { step, task: index } = task.number;
  return {
    task,
    id: number === 0 ? undefined : makeAttemptId(task.run.id, step, index, number),
    number,
    hasEnded: number < made || (made > 0 && task.row?.state !== "active"),
  };
}
