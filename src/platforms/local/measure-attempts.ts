// Measures what an attempt costs on this machine: 1,000 Python attempts that do nothing, two at a time, without engine
// and store. Prints one JSON object. To run it:
//   npx esbuild src/platforms/local/measure-attempts.ts --bundle --platform=node --format=esm --packages=external \
//     --outfile=node_modules/.measure/measure-attempts.mjs && node node_modules/.measure/measure-attempts.mjs [attempts] [at once]
import { mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { snapshotCode } from "../../artifacts/code-snapshot.ts";
import { openDiskStore } from "../../artifacts/disk-store.ts";
import { removeFolder } from "../../artifacts/remove-folder.ts";
import { makeAttemptId, makeRunId } from "../../core/ids.ts";
import type { AttemptSpec, Report } from "../platform.ts";
import { LocalPlatform } from "./local-platform.ts";

const attempts = Number(process.argv[2] ?? 1000);
const atOnce = Number(process.argv[3] ?? 2);

// Not in /tmp: where many files were deleted within the last minute, ext4 needs 1.3 ms to make a folder instead of 0.03.
const project = mkdtempSync(join(dirname(process.argv[1]!), "project-"));
writeFileSync(join(project, "tasks.py"), "def nothing(n):\n    return {'m': n + 1}\n");
const directory = join(project, ".flotilla");
const artifacts = openDiskStore(join(directory, "artifacts"));
const { digest: code } = await snapshotCode(artifacts, project);
const platform = new LocalPlatform({ directory, artifacts });

const run = makeRunId(Date.now(), Math.random);
const work = { type: "python", module: "tasks", function: "nothing", environment: { type: "interpreter", python: "python3" } } as const;
const specOf = (task: number): AttemptSpec => ({
  id: makeAttemptId(run, 0, task, 1),
  task: `nothing[n=${task}]`,
  pipeline: "measure",
  step: "nothing",
  number: 1,
  work,
  key: { n: task },
  inputs: {},
  outputs: { m: { type: "number" } },
  resources: { cpu: 1 },
  code,
  fatalErrors: [],
});

const waiting = new Map<string, (report: Extract<Report, { type: "ended" }>) => void>();
platform.onReport((report) => {
  if (report.type === "ended") waiting.get(report.attempt)?.(report);
});

const startMs: number[] = [];
const tellMs: number[] = [];
let failed = 0;

async function attempt(task: number): Promise<void> {
  const spec = specOf(task);
  const before = performance.now();
  const ended = new Promise<Extract<Report, { type: "ended" }>>((resolve) => waiting.set(spec.id, resolve));
  const started = platform.start(spec);
  startMs.push(performance.now() - before);
  await started;
  const { evidence, at } = await ended;
  tellMs.push(Date.now() - at);
  waiting.delete(spec.id);
  if (!evidence.completed) failed++;
}

await attempt(attempts); // the interpreter's start is paid once
startMs.length = 0;
tellMs.length = 0;
let next = 0;
const begin = performance.now();
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (next < attempts) await attempt(next++);
  }),
);
const msPerAttempt = (performance.now() - begin) / attempts;
await platform.close();
await removeFolder(project);

const quantile = (values: number[], q: number): number => Number((values.toSorted((a, b) => a - b)[Math.floor(values.length * q)] ?? 0).toFixed(3));
console.log(
  JSON.stringify({
    attempts,
    atOnce,
    failed,
    msPerAttempt: Number(msPerAttempt.toFixed(3)),
    startMs: { median: quantile(startMs, 0.5), p99: quantile(startMs, 0.99) },
    endToReportMs: { median: quantile(tellMs, 0.5), p99: quantile(tellMs, 0.99) },
    engineCpuMsPerAttempt: Number(((process.cpuUsage().user + process.cpuUsage().system) / 1000 / attempts).toFixed(3)),
  }),
);
