import type { RunDetail } from "../../api/schemas/run.ts";
import { runStateFacts } from "../../core/task-state.ts";
import type { CommandRun } from "../command.ts";
import { withApi } from "../connection.ts";
import { followRun } from "../drive-run.ts";
import { exitCodes } from "../exit-codes.ts";
import { safeText } from "../format/safe-text.ts";
import { runRef } from "../run-ref.ts";
import { runLines } from "../view/run-lines.ts";
import { summarise } from "../view/run-summary.ts";

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async (connection) => {
    const { args, options, terminal } = invocation;
    const { api } = connection;
    const run = await api.getRun({ run: runRef(args[0]) });
    if (options["watch"] === true) return followRun(connection, run, invocation);
    if (terminal.json) terminal.print(JSON.stringify(run));
    else {
      const { columns, paint } = terminal;
      terminal.print(runLines(run, { now: Date.now(), columns, paint, driven: run.driven }).join("\n"));
      if (runStateFacts[run.state].ended) await summarise(api, run, terminal);
      else tellHowToGoOn(run, terminal.print);
    }
    return exitCodes.done.code;
  });

function tellHowToGoOn({ id, why, quarantined, driven }: RunDetail, print: (text: string) => void): void {
  if (quarantined) print(`\n${safeText(why)}\nwhat runs, runs on; try again with: flotilla resume ${id}`);
  else if (!driven) print(`\nno engine drives this run; go on with it: flotilla resume ${id}`);
}
