// A program of its own: starts one attempt on a platform, says when it runs, and then does nothing until it is killed.
import { join } from "node:path";
import { openDiskStore } from "../../src/artifacts/disk-store.ts";
import { DockerPlatform } from "../../src/platforms/docker/docker-platform.ts";
import { LocalPlatform } from "../../src/platforms/local/local-platform.ts";
import type { AttemptSpec, Platform, Report } from "../../src/platforms/platform.ts";
import { openPodPlatform, type PodPlace } from "./pod-platform.ts";
import { ProcessPlatform } from "./process-platform.ts";

/** Containers of an engine in an image, pods, or processes behind a task API. Absent: processes of this machine. */
export type Elsewhere =
  | ({ readonly type: "containers" } & { readonly host: string; readonly image: string })
  | ({ readonly type: "pods" } & PodPlace)
  | { readonly type: "processes"; readonly address: string };

const [directory, spec, elsewhere] = process.argv.slice(2);
const options = { directory: directory!, artifacts: openDiskStore(join(directory!, "artifacts")) };

function open(onRunning: (report: Report) => void): Platform {
  const place = elsewhere === undefined ? undefined : (JSON.parse(elsewhere) as Elsewhere);
  // A pod runs before the task in it does.
  if (place?.type === "pods") return openPodPlatform(place, { ...options, onTask: onRunning });
  const platform = openHere(place);
  platform.onReport(onRunning);
  return platform;
}

function openHere(place: Exclude<Elsewhere, { type: "pods" }> | undefined): Platform {
  if (place === undefined) return new LocalPlatform(options);
  if (place.type === "processes") return new ProcessPlatform({ ...options, address: place.address });
  return new DockerPlatform({ ...options, host: place.host, image: place.image });
}

const onRunning = (report: Report): void => {
  if (report.type === "running") process.send!("running");
};
const platform = open(onRunning);
// In the container of a container step nobody speaks to us.
if ((JSON.parse(spec!) as AttemptSpec).work.type === "container") platform.onReport(onRunning);
await platform.start(JSON.parse(spec!) as AttemptSpec);
