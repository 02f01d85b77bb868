import type { CommandRun } from "../command.ts";
import { withApi } from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { runRef } from "../run-ref.ts";
import { carriedOut } from "./ask-run.ts";

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async (connection) => {
    const { args, terminal } = invocation;
    const asked = await connection.api.pauseRun({ run: runRef(args[0]) });
    const paused = await carriedOut(connection, asked, "pause", invocation);
    if (terminal.json) terminal.print(JSON.stringify(paused));
    else terminal.print(`${paused.id} ${paused.state}; go on with it: flotilla resume ${paused.id}`);
    return exitCodes.done.code;
  });
