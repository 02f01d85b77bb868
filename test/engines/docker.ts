import { join } from "node:path";
import { loadPythonImage } from "./docker-image.ts";
import { Dockerd } from "./dockerd.ts";
import { missingPrograms, noContainers } from "./machine.ts";
import { stateFolder } from "./places.ts";
import { noPythonImage, pythonImage } from "./python-image.ts";
import { letGo, use } from "./shared-engine.ts";

/** One that runs already, for tests to use: `unix:///…`. */
const adopted = process.env["FLOTILLA_TEST_DOCKER"];

export const dockerPrograms = ["dockerd", "containerd", "runc", "docker-init"];

/** Why tests cannot run containers here; undefined when they can. */
export const noDocker: string | undefined =
  noPythonImage("docker") ??
  (adopted === undefined ? (noContainers() ?? missingPrograms("docker", dockerPrograms)) : undefined);

/** The dockerd that everybody who tests on this machine shares. */
export const sharedDockerd = new Dockerd({ name: "docker", directory: join(stateFolder, "docker") });

export interface RunningDocker {
  /** `unix:///…` */
  readonly host: string;
  /** A small image with Python and a shell. */
  readonly image: string;
  /** Lets go of it; with the last user it ends. */
  stop(): Promise<void>;
}

/**
 * A real Docker engine. All test files share one, so a test removes only containers of its own. One that means to kill its
 * engine makes a `Dockerd` of its own.
 */
export async function startDocker(): Promise<RunningDocker> {
  if (adopted !== undefined) {
    await loadPythonImage(adopted);
    return { host: adopted, image: pythonImage, stop: async () => {} };
  }
  await use(sharedDockerd);
  return { host: sharedDockerd.host, image: pythonImage, stop: () => letGo(sharedDockerd) };
}
