import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ProcessIdentity } from "../../src/platforms/local/processes.ts";
import { killAll } from "../../src/platforms/local/terminate.ts";
import type { PlatformGround } from "../../src/platforms/platform-contract.ts";
import { openFrontDoor } from "./front-door.ts";
import type { FrontDoor } from "./front-door.ts";
import { processesPath, ProcessPlatform } from "./process-platform.ts";
import { projectGrounds } from "./project-ground.ts";
import { portOfListener } from "./task-api-port.ts";

export interface ProcessGround extends PlatformGround {
  readonly flotilla: string;
  readonly door: FrontDoor;
  readonly open: () => ProcessPlatform;
}

/** For tests of the task API: projects in temporary folders. Call it once per test file, at its top level. */
export function processGrounds(): () => Promise<ProcessGround> {
  const makeProject = projectGrounds();
  return async () => {
    const { flotilla, artifacts, code, startAndDie } = await makeProject();
    const door = await openFrontDoor(() => portOfListener(flotilla));
    onTestFinished(() => killProcesses(flotilla));
    const open = (): ProcessPlatform => {
      const platform = new ProcessPlatform({ directory: flotilla, artifacts, address: door.address });
      onTestFinished(() => platform.close());
      return platform;
    };
    const { address } = door;
    return {
      flotilla,
      artifacts,
      code,
      door,
      open,
      startAndDie: (spec) => startAndDie(spec, { type: "processes", address }),
    };
  };
}

/** One that nobody hears would ask for ever. */
async function killProcesses(flotilla: string): Promise<void> {
  const folder = processesPath(flotilla);
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    await killAll(JSON.parse(readFileSync(join(folder, name), "utf8")) as ProcessIdentity);
}
