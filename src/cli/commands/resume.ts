import type { CommandRun } from "../command.ts";
import { withApi } from "../connection.ts";
import { detachRun } from "../detach-run.ts";
import { driveRun } from "../drive-run.ts";
import { exitCodes } from "../exit-codes.ts";
import { runRef } from "../run-ref.ts";
import { carriedOut } from "./ask-run.ts";

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async (connection) => {
    const { args, options, terminal } = invocation;
    const { api } = connection;
    const before = await api.getRun({ run: runRef(args[0]) });
    const asked = await api.resumeRun({ run: before.id });
    if (before.driven) {
      const resumed = await carriedOut(connection, asked, "resume", invocation);
      terminal.print(terminal.json ? JSON.stringify(resumed) : `${resumed.id} ${resumed.state}`);
      return exitCodes.done.code;
    }
    // As it stands after the request, which has ended a quarantine.
    return options["detach"] === true
      ? detachRun(connection, asked, invocation)
      : driveRun(connection, asked, invocation);
  });
