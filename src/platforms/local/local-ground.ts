import { onTestFinished } from "vitest";
import type { PlatformGround } from "../platform-contract.ts";
import { projectGrounds } from "../../../test/helpers/project-ground.ts";
import { LocalPlatform } from "./local-platform.ts";
import type { LocalPlatformOptions } from "./local-platform.ts";

export interface LocalGround extends PlatformGround {
  readonly flotilla: string;
  readonly openWith: (options: Partial<LocalPlatformOptions>) => LocalPlatform;
}

/** For tests of the local platform. Call it once per test file, at its top level. */
export function localGrounds(): () => Promise<LocalGround> {
  const makeProject = projectGrounds();
  return async () => {
    const { flotilla, artifacts, code, startAndDie } = await makeProject();
    const openWith = (options: Partial<LocalPlatformOptions>): LocalPlatform => {
      const platform = new LocalPlatform({ directory: flotilla, artifacts, ...options });
      onTestFinished(() => platform.close());
      return platform;
    };
    return { flotilla, artifacts, code, open: () => openWith({}), openWith, startAndDie: (spec) => startAndDie(spec) };
  };
}
