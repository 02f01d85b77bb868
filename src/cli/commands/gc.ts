import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { removeFolder } from "../../artifacts/remove-folder.ts";
import type { RunId } from "../../core/ids.ts";
import { runStateFacts } from "../../core/task-state.ts";
import { formatBytes } from "../../core/units.ts";
import { parseDuration } from "../../sdk/quantities.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { type CommandRun, type Options, textOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { findRun } from "../find-run.ts";
import { readQuantity, wholeNumber } from "../make-engine.ts";
import { type Project, withProject } from "../open-project.ts";

/** What was stored this recently may belong to an attempt whose row is not written yet. */
const graceMs = 3_600_000;

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    const dryRun = options["dryRun"] === true;
    const chosen = await chooseRuns(
      project.store,
      args.filter((arg) => arg !== undefined),
      options,
    );
    const removed = dryRun ? chosen.map(({ id }) => id) : await project.store.deleteRuns(chosen.map(({ id }) => id));
    const kept = new Set(
      (await allRuns(project.store)).map(({ id }) => id as string).filter((id) => !removed.includes(id as RunId)),
    );
    const folders = await removeFolders(project, kept, dryRun);
    const digests = await project.store.referredDigests();
    const blobs = await project.artifacts.collect((digest) => digests.has(digest), { graceMs, dryRun });
    const found = { dryRun, runs: removed, folders, blobs: blobs.removed, bytes: blobs.bytes };
    if (terminal.json) terminal.print(JSON.stringify(found));
    else {
      const would = dryRun ? "would remove" : "removed";
      terminal.print(
        `${would} ${removed.length} runs, the folders of ${folders} runs, and ${blobs.removed} blobs (${formatBytes(blobs.bytes)}); ${blobs.kept} blobs stay`,
      );
    }
    return exitCodes.done.code;
  });

/** Only runs that have ended; a run that is alive is never chosen. */
async function chooseRuns(store: Store, ids: readonly string[], options: Options): Promise<RunRow[]> {
  const named = await Promise.all(ids.map((id) => findRun(store, id)));
  const keep = textOption(options, "keep");
  const age = textOption(options, "olderThan");
  const all = keep === undefined && age === undefined ? [] : await allRuns(store);
  const beyond =
    keep === undefined ? [] : all.slice(readQuantity("keep", keep, (text) => (text === "0" ? 0 : wholeNumber(text))));
  const since = age === undefined ? 0 : Date.now() - readQuantity("older-than", age, parseDuration);
  const old = age === undefined ? [] : all.filter(({ endedAt }) => endedAt !== undefined && endedAt < since);
  const chosen = new Map([...named, ...beyond, ...old].map((run) => [run.id, run]));
  return [...chosen.values()].filter(({ state }) => runStateFacts[state].ended);
}

async function allRuns(store: Store): Promise<RunRow[]> {
  const runs: RunRow[] = [];
  for (;;) {
    const last = runs.at(-1)?.id;
    const page = await store.listRuns({ limit: 1000, ...(last === undefined ? {} : { before: last }) });
    runs.push(...page);
    if (page.length < 1000) return runs;
  }
}

/** Attempts and checkpoints of runs that the store does not know any more. */
async function removeFolders({ flotilla }: Project, kept: ReadonlySet<string>, dryRun: boolean): Promise<number> {
  const gone = new Set<string>();
  for (const kind of ["attempts", "checkpoints"]) {
    const folder = join(flotilla, kind);
    for (const run of existsSync(folder) ? readdirSync(folder) : []) {
      if (kept.has(run)) continue;
      gone.add(run);
      if (!dryRun) await removeFolder(join(folder, run));
    }
  }
  if (!dryRun && kept.size === 0)
    for (const cache of ["code", "pycache", "node-bundles"])
      rmSync(join(flotilla, cache), { recursive: true, force: true });
  return gone.size;
}
