import { FlotillaError } from "../../core/errors.ts";
import { runStateFacts } from "../../core/task-state.ts";
import type { CommandRun } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { namedRun } from "../named-run.ts";
import { withProject } from "../open-project.ts";
import { runJson } from "../run-json.ts";
import { askRun } from "./ask-run.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, terminal } = invocation;
    const row = await namedRun(project, args[0]);
    if (runStateFacts[row.state].ended)
      throw new FlotillaError("RUN_STATE", `run ${row.id} has ended already: ${row.state}`, {
        mend: "there is nothing to cancel",
      });
    const hasEnded = ({ state }: typeof row): boolean => runStateFacts[state].ended;
    const ended = await askRun(project, row, { type: "cancel" }, invocation, hasEnded);
    if (terminal.json) terminal.print(JSON.stringify(runJson(ended)));
    else terminal.print(`${ended.id} ${ended.state}; go on with it: flotilla restart ${ended.id}`);
    return exitCodes.done.code;
  });
