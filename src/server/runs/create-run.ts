import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { snapshotCode } from "../../artifacts/code-snapshot.ts";
import { makeRunId } from "../../core/ids.ts";
import { platformsBehind, usualProfile } from "../../core/profile.ts";
import { hashPlan } from "../../core/plan-hash.ts";
import { noCounts } from "../../core/task-state.ts";
import { makeTopology } from "../../core/topology.ts";
import type { Planned } from "../../planner/planner.ts";
import { changedParams } from "./changed-params.ts";
import type { Once, RunRow, Store } from "../../store/store.ts";

/** A limit that a person sets is part of what this run executes, so it is part of its plan. */
export function withConcurrency(planned: Planned, concurrency: number | undefined): Planned {
  if (concurrency === undefined) return planned;
  const plan = { ...planned.plan, concurrency };
  const sha256 = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return { ...planned, plan, planHash: hashPlan(plan, sha256) };
}

/**
 * Stores a run with everything that it is pinned to: its plan, and the project's files as they are now.
 * Acknowledged when it returns; with a key that was answered before, the run is the one made then.
 */
export async function createRun(
  place: { readonly store: Store; readonly artifacts: ArtifactStore; readonly project: string },
  { plan, planHash, projectDirectory, pipelineFile, profile }: Planned,
  { by, once }: { readonly by: string; readonly once?: Once },
): Promise<RunRow> {
  const { digest: code } = await snapshotCode(place.artifacts, projectDirectory);
  const counts = makeTopology(plan).steps.map(({ size }) => ({ ...noCounts(), waiting: size }));
  const file = fileInProject(place.project, pipelineFile);
  const run = {
    id: makeRunId(Date.now(), Math.random),
    plan,
    planHash,
    code,
    startedBy: by,
    project: projectDirectory,
    counts,
    profile: profile?.name ?? usualProfile,
    platforms: profile === undefined ? {} : platformsBehind(plan, profile),
    changedParams: changedParams(plan),
    ...(file === undefined ? {} : { file }),
  };
  return (await place.store.getRun(await place.store.createRun(run, once)))!;
}

/** A file relative to the project's folder, with `/`; undefined when it lies elsewhere. */
export function fileInProject(project: string, file: string): string | undefined {
  const path = relative(realpathSync(project), file);
  return path === "" || path.startsWith("..") || isAbsolute(path) ? undefined : path.split(sep).join("/");
}
