import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Api } from "../api/operations.ts";
import type { RunSummary } from "../api/schemas/run.ts";
import { FlotillaError } from "../core/errors.ts";
import { runStateFacts } from "../core/task-state.ts";
import type { Invocation, Options } from "./command.ts";
import type { Connection } from "./connection.ts";
import { engineArguments } from "./engine-options.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Project } from "./open-project.ts";

const lookMs = 50;

/** Leaves a run to a server, or else to an engine in the background, and returns once that has taken it. */
export async function detachRun(
  { api, project }: Connection,
  { id, pipeline, profile }: Pick<RunSummary, "id" | "pipeline" | "profile">,
  { terminal, options }: Pick<Invocation, "terminal" | "options">,
): Promise<number> {
  const pid = project === undefined ? undefined : await leaveToEngine(api, project, id, { ...options, profile });
  if (terminal.json) terminal.print(JSON.stringify({ type: "run.detached", run: id, pid }));
  else
    terminal.print(
      [
        `${pipeline} ${id} runs in the background`,
        "",
        `  flotilla status --watch ${id}`,
        `  flotilla logs -f --run ${id}`,
        `  flotilla cancel ${id}`,
      ].join("\n"),
    );
  return exitCodes.done.code;
}

async function leaveToEngine(api: Api, project: Project, run: string, options: Options): Promise<number | undefined> {
  const log = join(project.flotilla, "engine.log");
  const engine = startEngine(project, options, log);
  await untilTaken(api, run, { engine, log });
  return engine.pid;
}

/** In a session of its own, so that it outlives us and our terminal. */
function startEngine({ directory, database }: Project, options: Options, log: string): ChildProcess {
  const args = [process.argv[1]!, "engine", "--project", directory, ...engineArguments(options)];
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
  api: Api,
  run: string,
  { engine, log }: { engine: ChildProcess; log: string },
): Promise<void> {
  let failure: string | undefined;
  engine.once("error", (error) => (failure = error.message));
  engine.once("exit", (code, signal) => {
    if (code !== 0) failure = `it ended with ${signal ?? `exit code ${code ?? "unknown"}`}`;
  });
  for (;;) {
    const { driven, state, asked } = await api.getRun({ run });
    // A short run may have been taken and brought to its end between two looks.
    if (driven || (runStateFacts[state].ended && asked.length === 0)) return;
    if (failure !== undefined)
      throw new FlotillaError("INTERNAL", `no engine could be started in the background: ${failure}`, {
        place: { file: log },
        mend: `see what it wrote; run it here with: flotilla resume ${run}`,
      });
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
