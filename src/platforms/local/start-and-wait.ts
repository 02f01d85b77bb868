// For tests, a program of its own: starts one attempt, says when it runs, and then does nothing until it is killed.
import { join } from "node:path";
import { openDiskStore } from "../../artifacts/disk-store.ts";
import type { AttemptSpec } from "../platform.ts";
import { LocalPlatform } from "./local-platform.ts";

const [flotilla, spec] = process.argv.slice(2);
const platform = new LocalPlatform({ directory: flotilla!, artifacts: openDiskStore(join(flotilla!, "artifacts")) });
platform.onReport((report) => {
  if (report.type === "running") process.send!("running");
});
await platform.start(JSON.parse(spec!) as AttemptSpec);
