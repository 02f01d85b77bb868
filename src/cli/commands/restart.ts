import { type CommandRun, listOption, textOption } from "../command.ts";
import { withApi } from "../connection.ts";
import { detachRun } from "../detach-run.ts";
import { driveRun } from "../drive-run.ts";
import { runRef } from "../run-ref.ts";

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async (connection) => {
    const { args, options, terminal } = invocation;
    const { run: asked, restarted } = await connection.api.restartTasks({
      run: runRef(args[0]),
      tasks: [...listOption(options, "task")],
      from: [...listOption(options, "from")],
      where: [...listOption(options, "where")],
      cause: textOption(options, "cause"),
    });
    const [what, them] = restarted === 1 ? ["1 task", "it"] : [`${restarted} tasks`, "them"];
    if (!terminal.json) terminal.print(`restarting ${what} and what hangs on ${them}`);
    // As it stands after the request, which has ended a quarantine.
    return options["detach"] === true && !asked.driven
      ? detachRun(connection, asked, invocation)
      : driveRun(connection, asked, invocation);
  });
