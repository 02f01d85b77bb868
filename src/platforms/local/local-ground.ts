import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { snapshotCode } from "../../artifacts/code-snapshot.ts";
import { openDiskStore } from "../../artifacts/disk-store.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import type { PlatformGround } from "../platform-contract.ts";
import type { AttemptSpec } from "../platform.ts";
import { LocalPlatform } from "./local-platform.ts";
import type { LocalPlatformOptions } from "./local-platform.ts";

export interface LocalGround extends PlatformGround {
  readonly flotilla: string;
  readonly openWith: (options: Partial<LocalPlatformOptions>) => LocalPlatform;
}

/**
 * For tests of the local platform: projects in temporary folders, and a program that can be killed while its attempt
 * runs. Call it once per test file, at its top level.
 */
export function localGrounds(): () => Promise<LocalGround> {
  const here = fileURLToPath(new URL(".", import.meta.url));
  let bundles = "";

  /** The program is bundled to a place in the package, from where it finds the runner. */
  beforeAll(async () => {
    bundles = mkdtempSync(join(here, "..", "..", "..", "node_modules", ".flotilla-test-"));
    const outfile = join(bundles, "start-and-wait.mjs");
    await build({
      entryPoints: [join(here, "start-and-wait.ts")],
      outfile,
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
    cpSync(join(here, "..", "contract-tasks.py"), join(project, "contract_tasks.py"));
    cpSync(join(here, "..", "contract-tasks.ts"), join(project, "contract-tasks.ts"));
    const artifacts = openDiskStore(join(flotilla, "artifacts"));
    const { digest: code } = await snapshotCode(artifacts, project);
    const openWith = (options: Partial<LocalPlatformOptions>): LocalPlatform => {
      const platform = new LocalPlatform({ directory: flotilla, artifacts, ...options });
      onTestFinished(() => platform.close());
      return platform;
    };
    const startAndDie = async (spec: AttemptSpec): Promise<void> => {
      const child = fork(join(bundles, "start-and-wait.mjs"), [flotilla, JSON.stringify(spec)]);
      await once(child, "message");
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    return { flotilla, artifacts, code, open: () => openWith({}), openWith, startAndDie };
  };
}
