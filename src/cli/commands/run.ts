import { resolve } from "node:path";
import { describeCoverage } from "../../core/coverage.ts";
import { FlotillaError } from "../../core/errors.ts";
import { createRun, withConcurrency } from "../../server/runs/create-run.ts";
import { type CommandRun, quantityOption } from "../command.ts";
import { detachRun } from "../detach-run.ts";
import { driveRun, userName } from "../drive-run.ts";
import { safeText } from "../format/safe-text.ts";
import { planFor } from "../make-plan.ts";
import { withProjectAt } from "../open-project.ts";

export const run: CommandRun = async (invocation) => {
  const { options, terminal } = invocation;
  if (options["ui"] === true && options["detach"] === true)
    throw new FlotillaError("USAGE", "--ui shows a run for as long as this command sees to it", {
      mend: "leave --detach out, or look at it with `flotilla up`",
    });
  const planned = withConcurrency(await planFor(invocation), quantityOption(options, "concurrency", "whole"));
  const directory = invocation.project === undefined ? planned.projectDirectory : resolve(invocation.project);
  const { name } = planned.plan.selection;
  if (!terminal.json) terminal.print(`selection ${safeText(name)}: ${describeCoverage(planned.plan.selection)}`);
  return withProjectAt(directory, invocation.database, async (project) => {
    const row = await createRun({ ...project, project: project.directory }, planned, { by: userName() });
    if (options["detach"] === true) return detachRun(project, row, invocation);
    if (options["ui"] !== true) return driveRun(project, row, planned.plan, invocation);
    // What serves takes a while to load, and few runs need it.
    const { withPages } = await import("../with-pages.ts");
    return withPages(project, row, invocation, (measured) => driveRun(measured, row, planned.plan, invocation));
  });
};
