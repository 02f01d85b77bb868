import * as z from "zod";
import { runStateFacts } from "../../core/task-state.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { knownPlan } from "../plans/plan-book.ts";
import { runAt } from "../runs/find-run.ts";
import { findTask } from "../tasks/find-tasks.ts";
import type { Service } from "./service.ts";

/** `version` and `ended` are those of the first page: what changes between two pages is told by the next question. */
const place = z.object({
  step: z.number().int(),
  task: z.number().int(),
  version: z.number().int(),
  ended: z.boolean(),
});

/**
 * The tasks that have had attempts, or those that have changed since: what a reader who follows logs has to look at. Reads
 * a page of rows, whatever the size of the run.
 */
export const listLogs: Service<"listLogs"> = async (context, { run, task, since, after, limit }) => {
  // Looked at before the tasks: what was written until the run ended is then among them.
  const row = await runAt(context, run);
  const { plan, topology } = await knownPlan(context.store, row);
  const last = decodeCursor(after, place);
  const { version, ended } = last ?? { version: row.version, ended: runStateFacts[row.state].ended };
  const rows = await context.store.listTasks(row.id, {
    ...(task === undefined ? {} : { tasks: [findTask(plan, topology, task)] }),
    ...(since === undefined ? {} : { sinceVersion: since }),
    ...(last === undefined ? {} : { after: { step: last.step, task: last.task } }),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const tasks = page.flatMap(({ ref, attempts, state }) =>
    attempts === 0 ? [] : [{ task: ref, attempts, open: state === "active" }],
  );
  const end = page.at(-1);
  return {
    version,
    ended,
    tasks,
    ...(rows.length > limit ? { next: encodeCursor({ step: end!.step, task: end!.task, version, ended }) } : {}),
  };
};
