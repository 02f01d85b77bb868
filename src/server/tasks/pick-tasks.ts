import type { RetryClass } from "../../core/retry-class.ts";
import type { TaskState } from "../../core/task-state.ts";
import type { RunRow, Store, TaskFilter, TaskRow } from "../../store/store.ts";
import type { KnownPlan } from "../plans/plan-book.ts";
import { findStep, taskFilter, type TaskNumber } from "./find-tasks.ts";

/** What narrows a list of tasks; what is empty does not. */
export interface TaskSelection {
  readonly step: readonly string[];
  readonly state: readonly TaskState[];
  readonly class: readonly RetryClass[];
  readonly where: readonly string[];
  readonly cause?: string | undefined;
}

/** Rows read at once. */
const pageRows = 500;

/**
 * The rows of tasks that have left `waiting` and are selected, in order of (step, task), from behind one on. Reads a page at
 * a time, so whoever has enough stops. A page without any of those that are meant is passed on as an empty one, so that a long
 * search can be ended too.
 */
export async function* pickTasks(
  store: Store,
  { id }: Pick<RunRow, "id">,
  { plan, topology }: KnownPlan,
  { step, state, class: classes, where, cause }: TaskSelection,
  {
    after,
    steps,
    task,
  }: {
    readonly after?: TaskNumber | undefined;
    readonly steps?: readonly number[];
    readonly task?: TaskNumber | undefined;
  },
): AsyncGenerator<{ readonly rows: readonly TaskRow[]; readonly last: TaskNumber }> {
  const belongs = taskFilter(plan, topology, { steps: step, where });
  const named = step.map((name) => findStep(topology, name));
  const meant = [...topology.steps.keys()].filter(
    (index) => (named.length === 0 || named.includes(index)) && (steps === undefined || steps.includes(index)),
  );
  const filter: TaskFilter = {
    steps: meant,
    ...(task === undefined ? {} : { tasks: [task] }),
    ...(state.length === 0 ? {} : { states: state }),
    ...(classes.length === 0 ? {} : { classes }),
    limit: pageRows,
  };
  for (let last = after; ;) {
    const page = await store.listTasks(id, { ...filter, ...(last === undefined ? {} : { after: last }) });
    if (page.length === 0) return;
    last = numberOf(page.at(-1)!);
    yield { rows: page.filter((row) => belongs(row) && (cause === undefined || row.cause === cause)), last };
    if (page.length < pageRows) return;
  }
}

function numberOf({ step, task }: TaskNumber): TaskNumber {
  return { step, task };
}
