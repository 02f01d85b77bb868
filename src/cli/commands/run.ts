import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { snapshotCode } from "../../artifacts/code-snapshot.ts";
import { describeCoverage } from "../../core/coverage.ts";
import { makeRunId } from "../../core/ids.ts";
import { FlotillaError } from "../../core/errors.ts";
import { hashPlan } from "../../core/plan-hash.ts";
import { noCounts } from "../../core/task-state.ts";
import { makeTopology } from "../../core/topology.ts";
import type { Planned } from "../../planner/planner.ts";
import type { RunRow } from "../../store/store.ts";
import { type CommandRun, type Options, quantityOption } from "../command.ts";
import { detachRun } from "../detach-run.ts";
import { driveRun, userName } from "../drive-run.ts";
import { safeText } from "../format/safe-text.ts";
import { planFor } from "../make-plan.ts";
import { type Project, withProjectAt } from "../open-project.ts";

export const run: CommandRun = async (invocation) => {
  const { options, terminal } = invocation;
  if (options["ui"] === true && options["detach"] === true)
    throw new FlotillaError("USAGE", "--ui shows a run for as long as this command sees to it", {
      mend: "leave --detach out, or look at it with `flotilla up`",
    });
  const planned = limited(await planFor(invocation), options);
  const directory = invocation.project === undefined ? planned.projectDirectory : resolve(invocation.project);
  const { name } = planned.plan.selection;
  if (!terminal.json) terminal.print(`selection ${safeText(name)}: ${describeCoverage(planned.plan.selection)}`);
  return withProjectAt(directory, invocation.database, async (project) => {
    const row = await createRun(project, planned);
    if (options["detach"] === true) return detachRun(project, row, invocation);
    if (options["ui"] !== true) return driveRun(project, row, planned.plan, invocation);
    // What serves takes a while to load, and few runs need it.
    const { withPages } = await import("../with-pages.ts");
    return withPages(project, row, invocation, (measured) => driveRun(measured, row, planned.plan, invocation));
  });
};

/** A limit of the command line is part of what this run executes, so it is part of its plan. */
function limited(planned: Planned, options: Options): Planned {
  const concurrency = quantityOption(options, "concurrency", "whole");
  if (concurrency === undefined) return planned;
  const plan = { ...planned.plan, concurrency };
  const sha256 = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return { ...planned, plan, planHash: hashPlan(plan, sha256) };
}

/** Stores a run with everything that it is pinned to: its plan, and the project's files as they are now. */
async function createRun(
  { store, artifacts }: Project,
  { plan, planHash, projectDirectory }: Planned,
): Promise<RunRow> {
  const { digest: code } = await snapshotCode(artifacts, projectDirectory);
  const id = makeRunId(Date.now(), Math.random);
  const counts = makeTopology(plan).steps.map(({ size }) => ({ ...noCounts(), waiting: size }));
  await store.createRun({ id, plan, planHash, code, startedBy: userName(), project: projectDirectory, counts });
  return (await store.getRun(id))!;
}
