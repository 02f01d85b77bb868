import type { ResponseOf } from "../../api/operations.ts";
import { snapshotCode } from "../../artifacts/code-snapshot.ts";
import { FlotillaError } from "../../core/errors.ts";
import { type TaskState, taskStateFacts, taskStates } from "../../core/task-state.ts";
import type { RunRow, Store, TaskRow } from "../../store/store.ts";
import { type KnownPlan, knownPlan } from "../plans/plan-book.ts";
import { runAt } from "../runs/find-run.ts";
import { summariseRun } from "../runs/summarise-run.ts";
import { findStep } from "../tasks/find-tasks.ts";
import { type RestartChoice, tasksToRestart } from "../tasks/tasks-to-restart.ts";
import { onceOnly } from "./once.ts";
import type { Service } from "./service.ts";

/** Asks for chosen tasks to be run again, with the project's files as they are now. Acknowledged once stored. */
export const restartTasks: Service<"restartTasks"> = async (context, request, call) => {
  const row = await runAt(context, request.run);
  const { run: _run, by, ...choice } = request;
  const answer = async (restarted: number): Promise<ResponseOf<"restartTasks">> => ({
    run: await summariseRun(context, await runAt(context, row.id)),
    restarted,
  });
  return onceOnly(context, call, {
    asked: ["restartTasks", { run: row.id, ...choice }],
    again: ({ request: made }) => answer(made?.type === "restart" ? made.tasks.length : 0),
    async act(once) {
      if (row.state === "cancelling")
        throw new FlotillaError("RUN_STATE", `run ${row.id} is being cancelled`, { mend: "wait until it has ended" });
      const known = await knownPlan(context.store, row);
      const tasks = tasksToRestart(row.id, known, await restartable(context.store, row, known, choice), choice);
      const { digest: code } = await snapshotCode(context.artifacts, row.project);
      await context.store.addRequest(row.id, { type: "restart", tasks, code }, by ?? call.by, once);
      return answer(tasks.length);
    },
  });
};

const settled = taskStates.filter((state) => taskStateFacts[state].settled);

/** The rows that a choice is made from: only those of the steps and states that it can mean. */
async function restartable(
  store: Store,
  { id, counts }: RunRow,
  { topology }: KnownPlan,
  { from = [] }: RestartChoice,
): Promise<readonly TaskRow[]> {
  if (from.length > 0)
    return store.listTasks(id, { steps: from.map((name) => findStep(topology, name)), states: settled });
  const some = (["failed", "cancelled"] satisfies TaskState[]).filter((state) =>
    counts.some((step) => step[state] > 0),
  );
  return (await Promise.all(some.map((state) => store.listTasks(id, { states: [state] })))).flat();
}
