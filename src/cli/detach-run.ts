import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { FlotillaError } from "../core/errors.ts";
import { runStateFacts } from "../core/task-state.ts";
import type { RunRow, Store } from "../store/store.ts";
import type { Invocation, Options } from "./command.ts";
import { isDriven } from "./engine-id.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Project } from "./open-project.ts";

const lookMs = 50;
/** What the engine in the background is told of the options given here. */
const passedOn = ["cpus", "memory", "grace"];

/** Leaves a run to an engine in the background, and returns once that has taken it. */
export async function detachRun(project: Project, run: RunRow, { terminal, options }: Invocation): Promise<number> {
  const log = join(project.flotilla, "engine.log");
  const engine = startEngine(project, options, log);
  await untilTaken(project.store, run, { engine, log });
  if (terminal.json) terminal.print(JSON.stringify({ type: "run.detached", run: run.id, pid: engine.pid }));
  else
    terminal.print(
      [
        `${run.pipeline} ${run.id} runs in the background`,
        "",
        `  flotilla status --watch ${run.id}`,
        `  flotilla logs -f --run ${run.id}`,
        `  flotilla cancel ${run.id}`,
      ].join("\n"),
    );
  return exitCodes.done.code;
}

/** In a session of its own, so that it outlives us and our terminal. */
function startEngine({ directory, database }: Project, options: Options, log: string): ChildProcess {
  const limits = passedOn.flatMap((name) => (typeof options[name] === "string" ? [`--${name}`, options[name]] : []));
  const args = [process.argv[1]!, "engine", "--project", directory, ...limits];
  // A password in the URL must not stand in the list of processes.
  const env = { ...process.env, DATABASE_URL: database ?? "" };
  const output = openSync(log, "a");
  const engine = spawn(process.execPath, args, {
    detached: true,
    stdio: ["ignore", output, output],
    cwd: directory,
    env,
  });
  closeSync(output);
  engine.unref();
  return engine;
}

async function untilTaken(
  store: Store,
  run: RunRow,
  { engine, log }: { engine: ChildProcess; log: string },
): Promise<void> {
  let failure: string | undefined;
  engine.once("error", (error) => (failure = error.message));
  engine.once("exit", (code, signal) => {
    if (code !== 0) failure = `it ended with ${signal ?? `exit code ${code ?? "unknown"}`}`;
  });
  for (;;) {
    const row = await store.getRun(run.id);
    if (row !== undefined && (isDriven(row) || (await isOver(store, row)))) return;
    if (failure !== undefined)
      throw new FlotillaError("INTERNAL", `no engine could be started in the background: ${failure}`, {
        place: { file: log },
        mend: `see what it wrote; run it here with: flotilla resume ${run.id}`,
      });
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** A short run may have been taken and brought to its end between two looks. */
async function isOver(store: Store, { id, state }: RunRow): Promise<boolean> {
  return runStateFacts[state].ended && (await store.openRequests([id])).length === 0;
}
