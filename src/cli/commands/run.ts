import { snapshotCode } from "../../artifacts/code-snapshot.ts";
import { makeRunId } from "../../core/ids.ts";
import { noCounts } from "../../core/task-state.ts";
import { makeTopology } from "../../core/topology.ts";
import { type CommandRun, type Options, textOption } from "../command.ts";
import { detachRun, driveRun, userName } from "../drive-run.ts";
import { readQuantity, wholeNumber } from "../make-engine.ts";
import { planFor } from "../make-plan.ts";
import { type Project, withProjectAt } from "../open-project.ts";
import type { Planned } from "../../planner/planner.ts";
import type { RunRow } from "../../store/store.ts";

export const run: CommandRun = async (invocation) => {
  const { args, options } = invocation;
  const planned = await planFor(args[0], options);
  return withProjectAt(invocation.project ?? planned.projectDirectory, invocation.database, async (project) => {
    const row = await createRun(project, planned, options);
    return options["detach"] === true
      ? detachRun(project, row, invocation)
      : driveRun(project, row, planned.plan, invocation);
  });
};

/** Stores a run with everything that it is pinned to: its plan, and the project's files as they are now. */
async function createRun(
  project: Project,
  { plan, planHash, projectDirectory }: Planned,
  options: Options,
): Promise<RunRow> {
  const limit = textOption(options, "concurrency");
  const concurrency = limit === undefined ? undefined : readQuantity("concurrency", limit, wholeNumber);
  const { digest: code } = await snapshotCode(project.artifacts, projectDirectory);
  const id = makeRunId(Date.now(), Math.random);
  const counts = makeTopology(plan).steps.map(({ size }) => ({ ...noCounts(), waiting: size }));
  await project.store.createRun({
    id,
    plan: concurrency === undefined ? plan : { ...plan, concurrency },
    // A limit of the command line is part of what this run executes, so it has a plan of its own.
    planHash: concurrency === undefined ? planHash : `${planHash}-concurrency-${concurrency}`,
    code,
    startedBy: userName(),
    project: projectDirectory,
    counts,
  });
  return (await project.store.getRun(id))!;
}
