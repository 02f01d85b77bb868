import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import { runStateFacts } from "../../core/task-state.ts";
import { formatBytes } from "../../core/units.ts";
import type { RunRow } from "../../store/store.ts";
import { type CommandRun, type Options, quantityOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { allRuns } from "../../server/runs/find-run.ts";
import { namedRun } from "../named-run.ts";
import { otherStores } from "../known-stores.ts";
import { type Project, withProject } from "../open-project.ts";
import { removeUnused } from "../remove-unused.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    refuseSharedArtifacts(project);
    const dryRun = options["dryRun"] === true;
    const ids = args.filter((arg) => arg !== undefined);
    const chosen = (await chooseRuns(project, ids, options)).map(({ id }) => id);
    const runs: readonly RunId[] = dryRun ? chosen : await project.store.deleteRuns(chosen);
    const { folders, blobs, bytes, keptBlobs } = await removeUnused(project, { removed: new Set(runs), dryRun });
    if (terminal.json) terminal.print(JSON.stringify({ dryRun, runs, folders, blobs, bytes }));
    else {
      const what = [count(runs.length, "run"), count(folders, "folder"), `${count(blobs, "blob")}`].join(", ");
      terminal.print(
        `${dryRun ? "would remove" : "removed"} ${what}: ${formatBytes(bytes)}; ${count(keptBlobs, "blob")} kept`,
      );
      if (dryRun && runs.length > 0) terminal.print("and the blobs that only these runs refer to");
    }
    return exitCodes.done.code;
  });

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** What this store does not refer to may belong to runs of another one. */
function refuseSharedArtifacts({ flotilla, database }: Project): void {
  const others = otherStores(flotilla, database);
  if (others.length === 0) return;
  throw new FlotillaError("USAGE", `runs of this project are also in another store: ${others.join(", ")}`, {
    place: { file: `${flotilla}/stores.json` },
    mend: "what those runs refer to cannot be known from here; if that store is gone for good, remove this file",
  });
}

/** Of the runs of this project, those that are named, beyond the newest, or old; only such as have ended. */
async function chooseRuns(project: Project, ids: readonly string[], options: Options): Promise<RunRow[]> {
  const named: RunRow[] = [];
  for (const id of ids) named.push(await namedRun(project, id));
  const alive = named.find(({ state }) => !runStateFacts[state].ended);
  if (alive !== undefined)
    throw new FlotillaError("RUN_STATE", `run ${alive.id} is ${alive.state}`, {
      mend: `cancel it first: flotilla cancel ${alive.id}`,
    });
  const keep = quantityOption(options, "keep", "count");
  const ageMs = quantityOption(options, "olderThan", "duration");
  if (keep === undefined && ageMs === undefined) return named;
  const isOurs = ({ project: folder }: RunRow): boolean =>
    project.database === undefined || folder === project.directory;
  const ended = (await allRuns(project.store)).filter(isOurs);
  const chosen = ended.filter(({ state, endedAt }, newer) => {
    const isBeyond = keep === undefined || newer >= keep;
    const isOld = ageMs === undefined || (endedAt !== undefined && endedAt < Date.now() - ageMs);
    return runStateFacts[state].ended && isBeyond && isOld;
  });
  return [...new Map([...named, ...chosen].map((row) => [row.id, row])).values()];
}
