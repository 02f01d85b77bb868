// For tests, a program of its own: starts one attempt on a platform, says when it runs, and then does nothing until it is killed.
import { join } from "node:path";
import { openDiskStore } from "../artifacts/disk-store.ts";
import { DockerPlatform } from "./docker/docker-platform.ts";
import { LocalPlatform } from "./local/local-platform.ts";
import type { AttemptSpec } from "./platform.ts";

/** Where the engine of the containers is, and in which image they run; absent: processes of this machine. */
export interface Containers {
  readonly host: string;
  readonly image: string;
}

const [directory, spec, containers] = process.argv.slice(2);
const options = { directory: directory!, artifacts: openDiskStore(join(directory!, "artifacts")) };
const platform =
  containers === undefined
    ? new LocalPlatform(options)
    : new DockerPlatform({ ...options, ...(JSON.parse(containers) as Containers) });
platform.onReport((report) => {
  if (report.type === "running") process.send!("running");
});
await platform.start(JSON.parse(spec!) as AttemptSpec);
