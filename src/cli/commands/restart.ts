import { snapshotCode } from "../../artifacts/code-snapshot.ts";
import { FlotillaError } from "../../core/errors.ts";
import { type CommandRun, listOption } from "../command.ts";
import { detachRun } from "../detach-run.ts";
import { driveRun, userName } from "../drive-run.ts";
import { isDriven } from "../engine-id.ts";
import { loadRun } from "../../server/runs/find-run.ts";
import { namedRun } from "../named-run.ts";
import { withProject } from "../open-project.ts";
import { tasksToRestart } from "../../server/tasks/tasks-to-restart.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    const row = await namedRun(project, args[0]);
    if (row.state === "cancelling")
      throw new FlotillaError("RUN_STATE", `run ${row.id} is being cancelled`, { mend: "wait until it has ended" });
    const { plan, live, rows } = await loadRun(project.store, row);
    const tasks = tasksToRestart(row.id, { plan, topology: live.topology }, rows, {
      tasks: listOption(options, "task"),
      from: listOption(options, "from"),
      where: listOption(options, "where"),
    });
    const { digest: code } = await snapshotCode(project.artifacts, row.project);
    await project.store.addRequest(row.id, { type: "restart", tasks, code }, userName());
    const [what, them] = tasks.length === 1 ? ["1 task", "it"] : [`${tasks.length} tasks`, "them"];
    if (!terminal.json) terminal.print(`restarting ${what} and what hangs on ${them}`);
    if (options["detach"] === true && !isDriven(row)) return detachRun(project, row, invocation);
    // Read again: the request has ended a quarantine.
    return driveRun(project, await namedRun(project, row.id), plan, invocation);
  });
