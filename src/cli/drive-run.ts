import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../core/plan.ts";
import { runStateFacts } from "../core/task-state.ts";
import type { RunRow } from "../store/store.ts";
import type { Invocation } from "./command.ts";
import { isDriven } from "./engine-id.ts";
import { exitCodes } from "./exit-codes.ts";
import { makeEngine } from "./make-engine.ts";
import type { Project } from "./open-project.ts";
import { summarise } from "./view/run-summary.ts";
import { watchRun } from "./view/watch-run.ts";

/**
 * Sees a run to its end in this process: with an engine of our own if nobody else owns the run, else by watching.
 * Ctrl-C asks for the run to be cancelled and waits for it; a second one leaves at once.
 */
export async function driveRun(
  project: Project,
  run: RunRow,
  plan: Plan,
  { terminal, options }: Invocation,
): Promise<number> {
  const engine = makeEngine(project, options);
  await engine.start();
  await engine.own(run.id);
  // Another engine may have been quicker to take it, and may go before it has ended; then it is ours again.
  const retake = setInterval(() => void engine.own(run.id).catch(() => undefined), 1000);
  const interrupts = onInterrupt(async () => {
    terminal.note("cancelling; Ctrl-C again leaves at once");
    await project.store.addRequest(run.id, { type: "cancel" }, userName());
  });
  try {
    const failed = engine.ended(run.id).then(() => new Promise<never>(() => undefined));
    const ended = await Promise.race([watchRun(project.store, run.id, plan, terminal), failed]);
    if (!terminal.json) await summarise(project.store, ended, plan, terminal);
    return exitCodeOfRun(ended, interrupts.count() > 0);
  } finally {
    clearInterval(retake);
    interrupts.stop();
    await engine.stop();
  }
}

/** Watches a run that somebody else drives. Ctrl-C only ends the watching. */
export async function followRun(project: Project, run: RunRow, plan: Plan, { terminal }: Invocation): Promise<number> {
  const ended = await watchRun(project.store, run.id, plan, terminal);
  if (!terminal.json) await summarise(project.store, ended, plan, terminal);
  return exitCodeOfRun(ended, false);
}

/** Leaves a run to an engine in the background, and returns once that has taken it. */
export async function detachRun(
  project: Project,
  run: RunRow,
  { terminal, options, database }: Invocation,
): Promise<number> {
  const log = openSync(join(project.flotilla, "engine.log"), "a");
  const passed = ["concurrency", "cpus", "memory", "grace"].flatMap((name) =>
    typeof options[name] === "string" ? [`--${name}`, options[name]] : [],
  );
  const args = [
    process.argv[1]!,
    "engine",
    "--project",
    project.directory,
    ...passed,
    ...(database === undefined ? [] : ["--database", database]),
  ];
  const engine = spawn(process.execPath, args, { detached: true, stdio: ["ignore", log, log], cwd: project.directory });
  const gone = new Promise<number>((resolve) => engine.once("exit", (code) => resolve(code ?? 1)));
  engine.unref();
  for (let row: RunRow | undefined = run; ; row = await project.store.getRun(run.id)) {
    const taken =
      row !== undefined &&
      (isDriven(row) || (runStateFacts[row.state].ended && (await project.store.openRequests([run.id])).length === 0));
    if (taken) break;
    const code = await Promise.race([
      gone,
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 50)),
    ]);
    if (code !== undefined && code !== 0) {
      terminal.note(`the engine ended at once; see ${join(project.flotilla, "engine.log")}`);
      return exitCodes.surroundings.code;
    }
  }
  if (terminal.json) terminal.print(JSON.stringify({ type: "run.detached", run: run.id, pid: engine.pid }));
  else
    terminal.print(
      `${run.pipeline} ${run.id} runs in the background\n\n  flotilla status --watch ${run.id}\n  flotilla logs -f --run ${run.id}\n  flotilla cancel ${run.id}`,
    );
  return exitCodes.done.code;
}

export function exitCodeOfRun(run: RunRow, interrupted: boolean): number {
  if (interrupted && run.state === "cancelled") return exitCodes.interrupted.code;
  return run.state === "succeeded" ? exitCodes.done.code : exitCodes.tasksFailed.code;
}

export function userName(): string {
  return process.env["USER"] ?? process.env["LOGNAME"] ?? "somebody";
}

function onInterrupt(first: () => Promise<void>): { count: () => number; stop: () => void } {
  let count = 0;
  const listener = (): void => {
    count++;
    if (count > 1) process.exit(exitCodes.interrupted.code);
    first().catch(() => process.exit(exitCodes.interrupted.code));
  };
  process.on("SIGINT", listener);
  return { count: () => count, stop: () => process.off("SIGINT", listener) };
}
