import { snapshotCode } from "../../artifacts/code-snapshot.ts";
import { FlotillaError } from "../../core/errors.ts";
import { type LiveRun, stateOf } from "../../core/live-run.ts";
import type { Plan } from "../../core/plan.ts";
import { taskStateFacts } from "../../core/task-state.ts";
import { type CommandRun, listOption, type Options } from "../command.ts";
import { detachRun, driveRun, followRun, userName } from "../drive-run.ts";
import { isDriven } from "../engine-id.ts";
import { findRun, loadRun } from "../find-run.ts";
import { findTask, taskFilter, type TaskNumber } from "../find-tasks.ts";
import { withProject } from "../open-project.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    const row = await findRun(project.store, args[0]);
    if (row.state === "cancelling")
      throw new FlotillaError("RUN_STATE", `run ${row.id} is being cancelled`, { mend: "wait until it has ended" });
    const { plan, live } = await loadRun(project.store, row);
    const tasks = tasksToRestart(plan, live, options);
    if (tasks.length === 0)
      throw new FlotillaError("RUN_STATE", `nothing to restart in run ${row.id}`, {
        mend: "nothing failed; choose tasks with --from, --where or --task",
      });
    const { digest: code } = await snapshotCode(project.artifacts, row.project);
    await project.store.addRequest(row.id, { type: "restart", tasks, code }, userName());
    if (!terminal.json)
      terminal.print(
        `restarting ${tasks.length} ${tasks.length === 1 ? "task" : "tasks"} and what hangs on ${tasks.length === 1 ? "it" : "them"}`,
      );
    if (isDriven(row)) return followRun(project, row, plan, invocation);
    return options["detach"] === true ? detachRun(project, row, invocation) : driveRun(project, row, plan, invocation);
  });

/** What a person picked; without a choice of theirs, what failed or was cancelled. */
function tasksToRestart(plan: Plan, live: LiveRun, options: Options): TaskNumber[] {
  const named = listOption(options, "task").map((ref) => findTask(plan, live.topology, ref));
  if (named.length > 0) return named;
  const steps = listOption(options, "from");
  const where = listOption(options, "where");
  const belongs = taskFilter(plan, live.topology, { steps, where });
  const found: TaskNumber[] = [];
  for (const step of live.topology.steps)
    for (let task = 0; task < step.size; task++) {
      const state = stateOf(live, step.index, task);
      const chosen = steps.length > 0 ? taskStateFacts[state].settled : state === "failed" || state === "cancelled";
      if (chosen && belongs({ step: step.index, task })) found.push({ step: step.index, task });
    }
  return found;
}
