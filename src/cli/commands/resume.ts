import { FlotillaError } from "../../core/errors.ts";
import { runStateFacts } from "../../core/task-state.ts";
import type { CommandRun } from "../command.ts";
import { detachRun } from "../detach-run.ts";
import { driveRun, userName } from "../drive-run.ts";
import { isDriven } from "../engine-id.ts";
import { exitCodes } from "../exit-codes.ts";
import { planOf } from "../../server/runs/find-run.ts";
import { namedRun } from "../named-run.ts";
import { withProject } from "../open-project.ts";
import { runJson } from "../run-json.ts";
import { askRun } from "./ask-run.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    const row = await namedRun(project, args[0]);
    if (runStateFacts[row.state].ended)
      throw new FlotillaError("RUN_STATE", `run ${row.id} has ended: ${row.state}`, {
        mend: `run what failed again with flotilla restart ${row.id}`,
      });
    if (isDriven(row)) {
      if (row.state !== "paused")
        throw new FlotillaError("RUN_STATE", `run ${row.id} is ${row.state}, and an engine drives it`, {
          mend: `look at it with flotilla status --watch ${row.id}`,
        });
      const resumed = await askRun(project, row, { type: "resume" }, invocation);
      terminal.print(terminal.json ? JSON.stringify(runJson(resumed)) : `${resumed.id} ${resumed.state}`);
      return exitCodes.done.code;
    }
    if (row.state === "paused" || row.quarantined)
      await project.store.addRequest(row.id, { type: "resume" }, userName());
    if (options["detach"] === true) return detachRun(project, row, invocation);
    // Read again: the request has ended a quarantine.
    return driveRun(project, await namedRun(project, row.id), await planOf(project.store, row), invocation);
  });
