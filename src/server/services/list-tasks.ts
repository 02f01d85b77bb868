import type { ListedTask, TaskSummary } from "../../api/schemas/task.ts";
import type { Pool } from "../../core/admission.ts";
import type { Scalar } from "../../core/plan.ts";
import { retryClasses } from "../../core/retry-class.ts";
import { taskStates } from "../../core/task-state.ts";
import type { TaskRow } from "../../store/store.ts";
import { wireOutput } from "../tasks/wire-value.ts";
import { chooseTasks, countChosen } from "../views/choose-tasks.ts";
import { columnTypeOf } from "../views/output-column.ts";
import type { RunView } from "../views/run-view.ts";
import { codeOfState, type StepView } from "../views/step-view.ts";
import { formatCursor, parseCursor } from "../views/task-cursor.ts";
import { needsOfSort, nextTasks, type Place, taskOrder } from "../views/task-order.ts";
import { viewOf } from "../views/view-of.ts";
import { waitingWords } from "../views/waiting-words.ts";
import type { Service } from "./service.ts";

/**
 * A page of tasks. Which tasks, and what is in columns, is as of one version of the run; errors and outputs are read for
 * the page alone, and may be newer by a moment. Throws `USAGE` for an order or a cursor that there is not, and what
 * conditions throw.
 */
export const listTasks: Service<"listTasks"> = async (context, request) => {
  const after = request.after === undefined ? undefined : parseCursor(request.after);
  const view = await viewOf(context, request.run, (seen) => needsOfSort(seen, request.sort));
  const chosen = chooseTasks(view, request);
  const page = nextTasks(view, chosen, taskOrder(view, request.sort), after, request.limit + 1);
  const shown = page.slice(0, request.limit);
  const known = shown.map((place) => columnsOf(view, place));
  const total = countChosen(view, chosen);
  const [rows, pools] = await Promise.all([
    context.store.listTasks(view.run.id, { tasks: shown }),
    shown.some(({ step, task }) => view.steps[step]!.state[task] === codeOfState.ready) ? context.store.pools() : [],
  ]);
  const words = waitingWords(view, new Map<string, Pool>(pools.map((pool) => [pool.name, { ...pool }])));
  const rowOf = new Map(rows.map((row) => [`${row.step}-${row.task}`, row]));
  const tasks = shown.map(({ step, task }, index): ListedTask => {
    const row = rowOf.get(`${step}-${task}`);
    return {
      ...known[index]!,
      why: words(step, task, row) || (row?.why ?? ""),
      ...(row?.error === undefined ? {} : { error: row.error }),
      values: row === undefined ? {} : valuesOf(view.steps[step]!, row),
      ...(request.outputs ? { outputs: outputsOf(row) } : {}),
    };
  });
  return { tasks, total, ...(page.length > shown.length ? { next: formatCursor(shown.at(-1)!) } : {}) };
};

function columnsOf(view: RunView, { step, task }: Place): Omit<TaskSummary, "why" | "values"> {
  const { shape, ...columns } = view.steps[step]!;
  const [retryClass, cause] = [columns.class[task]!, columns.cause[task]!];
  return {
    ref: shape.taskRef(task),
    step: shape.name,
    key: shape.keyOf(task),
    state: taskStates[columns.state[task]!]!,
    attempts: columns.attempts[task]!,
    ...(retryClass === 0 ? {} : { class: retryClasses[retryClass - 1]! }),
    ...(cause === 0 ? {} : { cause: view.causes[cause]! }),
    ...timesOf(columns, task),
  };
}

function timesOf(columns: Pick<StepView, "readyAt" | "startedAt" | "endedAt">, task: number): Partial<TaskSummary> {
  const times: { readyAt?: number; startedAt?: number; endedAt?: number } = {};
  for (const name of ["readyAt", "startedAt", "endedAt"] as const)
    if (!Number.isNaN(columns[name][task]!)) times[name] = columns[name][task]!;
  return times;
}

/** So much of each is told in a list; `getTask` has more. */
const longestOutput = 4 * 1024;

function outputsOf(row: TaskRow | undefined): NonNullable<ListedTask["outputs"]> {
  const outputs = Object.entries(row?.outputs ?? {});
  return Object.fromEntries(outputs.map(([name, item]) => [name, wireOutput(item, longestOutput)]));
}

const longestText = 200;

/** What it yielded of the kinds that fit into a table; long texts are cut. */
function valuesOf({ planned }: StepView, { outputs = {} }: TaskRow): Record<string, Scalar> {
  const values: [string, Scalar][] = [];
  for (const [name, output] of Object.entries(outputs)) {
    if (columnTypeOf(planned, name) === undefined || !("value" in output)) continue;
    const { value } = output;
    if (typeof value === "string") values.push([name, value.slice(0, longestText)]);
    else if (typeof value === "number" || typeof value === "boolean") values.push([name, value]);
  }
  return Object.fromEntries(values);
}
