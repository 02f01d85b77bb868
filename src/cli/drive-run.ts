import { userInfo } from "node:os";
import type { Plan } from "../core/plan.ts";
import type { RunRow } from "../store/store.ts";
import type { Invocation } from "./command.ts";
import { isDriven } from "./engine-id.ts";
import { exitCodes } from "./exit-codes.ts";
import { onInterrupt } from "./interrupts.ts";
import type { Project } from "./open-project.ts";
import { RunDriver } from "./run-driver.ts";
import { summarise } from "./view/run-summary.ts";
import { watchRun } from "./view/watch-run.ts";

/**
 * Sees a run to its end: driven by an engine in this process, unless somebody else drives it. Ctrl-C asks for the run to
 * be cancelled and waits for it; a second one leaves at once. A run that is not ours is only watched.
 */
export async function driveRun(
  project: Project,
  run: RunRow,
  plan: Plan,
  { terminal, options }: Invocation,
): Promise<number> {
  const driver = new RunDriver(project, run.id, { options, terminal });
  let isCancelled = false;
  const stopInterrupts = onInterrupt(() => {
    if (isCancelled || !driver.isOurs) return project.leave(exitCodes.interrupted.code);
    isCancelled = true;
    terminal.note("cancelling; Ctrl-C again leaves at once");
    return void project.store.addRequest(run.id, { type: "cancel" }, userName()).catch((error: unknown) => {
      terminal.note(`the run could not be cancelled: ${error instanceof Error ? error.message : String(error)}`);
      project.leave(exitCodes.interrupted.code);
    });
  });
  try {
    await driver.keep(run);
    const watching = watchRun(project.store, run.id, plan, { terminal, keep: (row) => driver.keep(row) });
    const ended = await Promise.race([watching, driver.failed]);
    if (!terminal.json) await summarise(project, ended, plan, terminal);
    return exitCodeOfRun(ended, isCancelled);
  } finally {
    stopInterrupts();
    await driver.stop();
  }
}

/** Watches a run that somebody else drives. Ctrl-C only ends the watching. */
export async function followRun(project: Project, run: RunRow, plan: Plan, { terminal }: Invocation): Promise<number> {
  const keep = (row: RunRow): Promise<boolean> => Promise.resolve(isDriven(row));
  const ended = await watchRun(project.store, run.id, plan, { terminal, keep });
  if (!terminal.json) await summarise(project, ended, plan, terminal);
  return exitCodeOfRun(ended, false);
}

export function exitCodeOfRun({ state }: Pick<RunRow, "state">, interrupted: boolean): number {
  if (interrupted && state === "cancelled") return exitCodes.interrupted.code;
  return state === "succeeded" ? exitCodes.done.code : exitCodes.tasksFailed.code;
}

/** Who asks for something, for the record. */
export function userName(): string {
  try {
    return process.env["USER"] || userInfo().username;
  } catch {
    // A user id without a name, as containers have.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
