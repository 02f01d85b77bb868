import { FlotillaError } from "../../core/errors.ts";
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
    if (row.state !== "running")
      throw new FlotillaError("RUN_STATE", `run ${row.id} is ${row.state}`, {
        mend: "only a running run can be paused",
      });
    const paused = await askRun(project, row, { type: "pause" }, invocation);
    if (terminal.json) terminal.print(JSON.stringify(runJson(paused)));
    else terminal.print(`${paused.id} ${paused.state}; go on with it: flotilla resume ${paused.id}`);
    return exitCodes.done.code;
  });
