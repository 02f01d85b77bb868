import { createHash, randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { snapshotCode } from "../src/artifacts/code-snapshot.ts";
import { openDiskStore } from "../src/artifacts/disk-store.ts";
import { type EngineId, makeRunId, type RunId } from "../src/core/ids.ts";
import { hashPlan } from "../src/core/plan-hash.ts";
import type { Plan } from "../src/core/plan.ts";
import { noCounts } from "../src/core/task-state.ts";
import { makeTopology } from "../src/core/topology.ts";
import { Engine } from "../src/engine/engine.ts";
import { systemClock } from "../src/engine/system-clock.ts";
import type { Platform } from "../src/platforms/platform.ts";
import { LocalPlatform } from "../src/platforms/local/local-platform.ts";
import { NoopPlatform } from "../src/platforms/noop/noop-platform.ts";
import { openStore } from "../src/store/open-store.ts";
import type { RunRow, Store } from "../src/store/store.ts";

/**
 * Not in /tmp: where many files were deleted within the last minute, ext4 needs 1.3 ms to make a folder instead of 0.03.
 * Bundles lie in dist/.
 */
const projects = fileURLToPath(new URL("../node_modules/.flotilla-bench", import.meta.url));

/** A project with these files, in a new folder. `remove` deletes it. */
export function makeProject(files: Readonly<Record<string, string>>): { readonly folder: string; remove(): void } {
  mkdirSync(projects, { recursive: true });
  const folder = mkdtempSync(join(projects, "project-"));
  // Open to other users: as root, the embedded server runs as one of them and has its data in the project.
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface Fleet {
  readonly store: Store;
  /** Runs a plan to its end; all its tasks must succeed. `seconds` is from before the run is stored until its end is. */
  run(plan: Plan): Promise<{ readonly row: RunRow; readonly seconds: number }>;
  /** The same of a plan some tasks of which fail. */
  finish(plan: Plan): Promise<{ readonly row: RunRow; readonly seconds: number }>;
  /** Stores a run and begins to drive it; resolves when the engine has it. */
  begin(plan: Plan): Promise<RunId>;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly slots?: number;
  /** Beside the local and the noop platform. */
  readonly platforms?: readonly Platform[];
}

/** The engine with the embedded store, the local platform with `slots` cores to promise, and the noop platform. */
export async function openFleet(
  project: string,
  { slots = 2, platforms: others = [] }: FleetOptions = {},
): Promise<Fleet> {
  const directory = join(project, ".flotilla");
  const store = await openStore({ directory });
  const artifacts = openDiskStore(join(directory, "artifacts"));
  const local = new LocalPlatform({ directory, artifacts, cpus: slots });
  const platforms = new Map([local, new NoopPlatform(), ...others].map((platform) => [platform.name, platform]));
  const engine = new Engine({
    store,
    platforms,
    clock: systemClock,
    random: Math.random,
    id: randomUUID() as EngineId,
  });
  await engine.start();

  async function begin(plan: Plan): Promise<RunId> {
    const { digest: code } = await snapshotCode(artifacts, project);
    const id = makeRunId(Date.now(), Math.random);
    const counts = makeTopology(plan).steps.map(({ size }) => ({ ...noCounts(), waiting: size }));
    await store.createRun({
      id,
      plan,
      planHash: hashPlan(plan, sha256),
      code,
      startedBy: "bench",
      project,
      profile: "laptop",
      platforms: {},
      counts,
    });
    await engine.own(id);
    return id;
  }

  async function finish(plan: Plan): Promise<{ row: RunRow; seconds: number }> {
    const started = performance.now();
    const row = await engine.ended(await begin(plan));
    return { row, seconds: (performance.now() - started) / 1000 };
  }

  return {
    store,
    begin,
    finish,
    async run(plan) {
      const { row, seconds } = await finish(plan);
      if (row.state !== "succeeded")
        throw new Error(
          `the run has ${row.state}: ${JSON.stringify(await store.listTasks(row.id, { states: ["failed"], limit: 3 }))}`,
        );
      return { row, seconds };
    },
    async close() {
      await engine.stop();
      await store.close();
    },
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
