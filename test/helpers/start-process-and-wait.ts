// For tests, a program of its own: starts one attempt, says when it runs, and then does nothing until it is killed.
import { join } from "node:path";
import { openDiskStore } from "../../src/artifacts/disk-store.ts";
import type { AttemptSpec } from "../../src/platforms/platform.ts";
import { ProcessPlatform } from "./process-platform.ts";

const [directory, spec, address] = process.argv.slice(2);
const artifacts = openDiskStore(join(directory!, "artifacts"));
const platform = new ProcessPlatform({ directory: directory!, artifacts, address: address! });
platform.onReport((report) => {
  if (report.type === "running") process.send!("running");
});
await platform.start(JSON.parse(spec!) as AttemptSpec);
