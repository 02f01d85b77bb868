import { dockerPrograms, sharedDockerd } from "./docker.ts";
import { makePythonImage } from "./python-image.ts";
import type { Engine } from "./shared-engine.ts";

/** An engine with all that it takes to start it on a fresh machine. */
export interface OfferedEngine {
  readonly engine: Engine;
  /** What is looked for; when one of them is missing, the packages are installed. */
  readonly programs: readonly string[];
  readonly packages: readonly string[];
  /** Builds what is slow to build, unless it lies in the cache. */
  readonly prepare: () => Promise<unknown>;
  /** The variable that a shell exports to use it. */
  readonly exports: string;
}

export const offeredEngines: readonly OfferedEngine[] = [
  {
    engine: sharedDockerd,
    programs: dockerPrograms,
    packages: ["docker.io"],
    prepare: makePythonImage,
    exports: `DOCKER_HOST=${sharedDockerd.host}`,
  },
];
