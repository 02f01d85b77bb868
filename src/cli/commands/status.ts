import { runStateFacts } from "../../core/task-state.ts";
import type { CommandRun } from "../command.ts";
import { followRun } from "../drive-run.ts";
import { isDriven } from "../engine-id.ts";
import { exitCodes } from "../exit-codes.ts";
import { planOf } from "../../server/runs/find-run.ts";
import { namedRun } from "../named-run.ts";
import { withProject } from "../open-project.ts";
import { safeText } from "../format/safe-text.ts";
import { runJson, stepsJson } from "../run-json.ts";
import { runLines } from "../view/run-lines.ts";
import { summarise } from "../view/run-summary.ts";
import { StepDurations } from "../../server/runs/step-durations.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    const row = await namedRun(project, args[0]);
    const plan = await planOf(project.store, row);
    if (options["watch"] === true) return followRun(project, row, plan, invocation);
    if (terminal.json) {
      terminal.print(JSON.stringify({ ...runJson(row), steps: stepsJson(row, plan) }));
      return exitCodes.done.code;
    }
    const now = Date.now();
    const driven = isDriven(row);
    const stepMs = await new StepDurations(project.store).of(row, now);
    const { columns, paint } = terminal;
    terminal.print(runLines(row, plan, { now, columns, paint, rate: undefined, driven, stepMs }).join("\n"));
    if (runStateFacts[row.state].ended) await summarise(project, row, plan, terminal);
    else if (row.quarantined)
      terminal.print(`\n${safeText(row.why)}\nwhat runs, runs on; try again with: flotilla resume ${row.id}`);
    else if (!driven) terminal.print(`\nno engine drives this run; go on with it: flotilla resume ${row.id}`);
    return exitCodes.done.code;
  });
