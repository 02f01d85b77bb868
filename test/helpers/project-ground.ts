import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { snapshotCode } from "../../src/artifacts/code-snapshot.ts";
import type { ArtifactStore } from "../../src/artifacts/artifact-store.ts";
import { openDiskStore } from "../../src/artifacts/disk-store.ts";
import { temporaryFolder } from "../../src/artifacts/temporary-folder.ts";
import type { Digest } from "../../src/core/ids.ts";
import type { AttemptSpec } from "../../src/platforms/platform.ts";
import type { Elsewhere } from "./start-and-wait.ts";

/** A project in a temporary folder, with the tasks of the platform tests. */
export interface ProjectGround {
  readonly flotilla: string;
  readonly artifacts: ArtifactStore;
  readonly code: Digest;
  readonly startAndDie: (spec: AttemptSpec, elsewhere?: Elsewhere) => Promise<void>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Projects, and a program that can be killed while its attempt runs. Call it once per test file, at its top level. */
export function projectGrounds(): () => Promise<ProjectGround> {
  let bundles = "";

  /** The program is bundled to a place in the package, from where it finds the runner. */
  beforeAll(async () => {
    bundles = mkdtempSync(join(root, "node_modules", ".flotilla-test-"));
    await build({
      entryPoints: [join(root, "test/helpers/start-and-wait.ts")],
      outfile: join(bundles, "start-and-wait.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
    });
  });
  afterAll(() => rmSync(bundles, { recursive: true, force: true }));

  return async () => {
    const project = temporaryFolder();
    const flotilla = join(project, ".flotilla");
    const tasks = join(root, "src/platforms/contract-tasks");
    cpSync(`${tasks}.py`, join(project, "contract_tasks.py"));
    cpSync(`${tasks}.ts`, join(project, "contract-tasks.ts"));
    const artifacts = openDiskStore(join(flotilla, "artifacts"));
    const { digest: code } = await snapshotCode(artifacts, project);
    const startAndDie = async (spec: AttemptSpec, elsewhere?: Elsewhere): Promise<void> => {
      const more = elsewhere === undefined ? [] : [JSON.stringify(elsewhere)];
      const child = fork(join(bundles, "start-and-wait.mjs"), [flotilla, JSON.stringify(spec), ...more]);
      onTestFinished(() => void child.kill("SIGKILL"));
      await once(child, "message");
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    return { flotilla, artifacts, code, startAndDie };
  };
}
