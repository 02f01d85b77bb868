// For tests, a program of its own: starts one attempt on a platform, says when it runs, and then does nothing until it is killed.
import { join } from "node:path";
import { openPodPlatform, type PodPlace } from "../../test/helpers/pod-platform.ts";
import { openDiskStore } from "../artifacts/disk-store.ts";
import { DockerPlatform } from "./docker/docker-platform.ts";
import { LocalPlatform } from "./local/local-platform.ts";
import type { AttemptSpec, Platform, Report } from "./platform.ts";

/** Containers of an engine, in an image; or pods. Absent: processes of this machine. */
export type Elsewhere = { readonly host: string; readonly image: string } | PodPlace;

const [directory, spec, elsewhere] = process.argv.slice(2);
const options = { directory: directory!, artifacts: openDiskStore(join(directory!, "artifacts")) };

function open(onRunning: (report: Report) => void): Platform {
  const place = elsewhere === undefined ? undefined : (JSON.parse(elsewhere) as Elsewhere);
  // A pod runs before the task in it does.
  if (place !== undefined && !("host" in place)) return openPodPlatform(place, { ...options, onTask: onRunning });
  const platform = place === undefined ? new LocalPlatform(options) : new DockerPlatform({ ...options, ...place });
  platform.onReport(onRunning);
  return platform;
}

const platform = open((report) => {
  if (report.type === "running") process.send!("running");
});
await platform.start(JSON.parse(spec!) as AttemptSpec);
