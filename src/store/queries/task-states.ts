import type { RunId } from "../../core/ids.ts";
import type { TaskState } from "../../core/task-state.ts";
import { numberArray } from "../array-literal.ts";
import type { Database, Statement } from "../database.ts";

interface StatedTask {
  readonly step: number;
  readonly task: number;
  readonly state: TaskState;
}

// "offset 0" makes the planner look up one key after the other.
const selectStates: Statement = {
  name: "task_states",
  text: `select step, task, state from unnest($2::int[], $3::int[]) as asked (asked_step, asked_task),
    lateral (select step, task, state from flotilla.task where run_id = $1 and step = asked_step and task = asked_task offset 0) found`,
};

export async function taskStates(
  database: Database,
  run: RunId,
  tasks: readonly { readonly step: number; readonly task: number }[],
): Promise<readonly StatedTask[]> {
  if (tasks.length === 0) return [];
  const values = [run, numberArray(tasks, ({ step }) => step), numberArray(tasks, ({ task }) => task)];
  return database.query<StatedTask>(selectStates, values);
}
