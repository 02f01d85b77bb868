import { runStateFacts } from "../../core/task-state.ts";
import type { CommandRun } from "../command.ts";
import { withApi } from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { runRef } from "../run-ref.ts";
import { carriedOut } from "./ask-run.ts";

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async (connection) => {
    const { args, terminal } = invocation;
    const asked = await connection.api.cancelRun({ run: runRef(args[0]) });
    const ended = await carriedOut(connection, asked, "cancel", invocation, ({ state }) => runStateFacts[state].ended);
    if (terminal.json) terminal.print(JSON.stringify(ended));
    else terminal.print(`${ended.id} ${ended.state}; go on with it: flotilla restart ${ended.id}`);
    return exitCodes.done.code;
  });
