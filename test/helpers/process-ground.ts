import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { snapshotCode } from "../../src/artifacts/code-snapshot.ts";
import { openDiskStore } from "../../src/artifacts/disk-store.ts";
import { temporaryFolder } from "../../src/artifacts/temporary-folder.ts";
import type { ProcessIdentity } from "../../src/platforms/local/processes.ts";
import { killAll } from "../../src/platforms/local/terminate.ts";
import type { PlatformGround } from "../../src/platforms/platform-contract.ts";
import type { AttemptSpec } from "../../src/platforms/platform.ts";
import { openFrontDoor } from "./front-door.ts";
import type { FrontDoor } from "./front-door.ts";
import { portPath, processesPath, ProcessPlatform } from "./process-platform.ts";

export interface ProcessGround extends PlatformGround {
  readonly flotilla: string;
  readonly door: FrontDoor;
  readonly open: () => ProcessPlatform;
}

/** For tests of the task API: projects in temporary folders. Call it once per test file, at its top level. */
export function processGrounds(): () => Promise<ProcessGround> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  let bundles = "";

  /** The program is bundled to a place in the package, from where it finds the runner. */
  beforeAll(async () => {
    bundles = mkdtempSync(join(root, "node_modules", ".flotilla-test-"));
    await build({
      entryPoints: [join(root, "test", "helpers", "start-process-and-wait.ts")],
      outfile: join(bundles, "start-process-and-wait.mjs"),
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
    cpSync(join(root, "src", "platforms", "contract-tasks.py"), join(project, "contract_tasks.py"));
    const artifacts = openDiskStore(join(flotilla, "artifacts"));
    const { digest: code } = await snapshotCode(artifacts, project);
    const door = await openFrontDoor(() =>
      existsSync(portPath(flotilla)) ? Number(readFileSync(portPath(flotilla), "utf8")) : undefined,
    );
    onTestFinished(() => killProcesses(flotilla));
    const open = (): ProcessPlatform => {
      const platform = new ProcessPlatform({ directory: flotilla, artifacts, address: door.address });
      onTestFinished(() => platform.close());
      return platform;
    };
    const startAndDie = async (spec: AttemptSpec): Promise<void> => {
      const program = join(bundles, "start-process-and-wait.mjs");
      const child = fork(program, [flotilla, JSON.stringify(spec), door.address]);
      onTestFinished(() => void child.kill("SIGKILL"));
      await once(child, "message");
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    return { flotilla, artifacts, code, door, open, startAndDie };
  };
}

/** One that nobody hears would ask for ever. */
async function killProcesses(flotilla: string): Promise<void> {
  const folder = processesPath(flotilla);
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    await killAll(JSON.parse(readFileSync(join(folder, name), "utf8")) as ProcessIdentity);
}
