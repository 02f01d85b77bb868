import type { RunSummary } from "../api/schemas/run.ts";
import type { RunId } from "../core/ids.ts";
import type { Invocation } from "./command.ts";
import type { Connection } from "./connection.ts";
import { exitCodes } from "./exit-codes.ts";
import { onInterrupt } from "./interrupts.ts";
import { RunDriver } from "./run-driver.ts";
import { summarise } from "./view/run-summary.ts";
import { watchRun } from "./view/watch-run.ts";

type DrivenRun = Pick<RunSummary, "id" | "driven" | "quarantined" | "why" | "profile">;

/**
 * Sees a run to its end: driven by a server, or by an engine in this process, unless somebody else drives it. Ctrl-C asks
 * for the run to be cancelled and waits for it; a second one leaves at once. A run that is not ours is only watched.
 */
export async function driveRun(
  connection: Connection,
  run: DrivenRun,
  { terminal, options }: Invocation,
): Promise<number> {
  const { api, project, leave } = connection;
  const driver =
    project && new RunDriver(project, run.id as RunId, { options: { ...options, profile: run.profile }, terminal });
  let isCancelled = false;
  const stopInterrupts = onInterrupt(() => {
    if (isCancelled || driver?.isOurs === false) return leave(exitCodes.interrupted.code);
    isCancelled = true;
    terminal.note("cancelling; Ctrl-C again leaves at once");
    return void api.cancelRun({ run: run.id }).catch((error: unknown) => {
      terminal.note(`the run could not be cancelled: ${error instanceof Error ? error.message : String(error)}`);
      leave(exitCodes.interrupted.code);
    });
  });
  try {
    await driver?.keep(run);
    const keep = (seen: DrivenRun): Promise<boolean> => driver?.keep(seen) ?? Promise.resolve(seen.driven);
    const watching = watchRun(connection, run.id, { terminal, keep });
    const ended = await (driver === undefined ? watching : Promise.race([watching, driver.failed]));
    if (!terminal.json) await summarise(api, ended, terminal);
    return exitCodeOfRun(ended, isCancelled);
  } finally {
    stopInterrupts();
    await driver?.stop();
  }
}

/** Watches a run that somebody else drives. Ctrl-C only ends the watching. */
export async function followRun(
  connection: Connection,
  { id }: Pick<RunSummary, "id">,
  { terminal }: Pick<Invocation, "terminal">,
): Promise<number> {
  const keep = ({ driven }: DrivenRun): Promise<boolean> => Promise.resolve(driven);
  const ended = await watchRun(connection, id, { terminal, keep });
  if (!terminal.json) await summarise(connection.api, ended, terminal);
  return exitCodeOfRun(ended, false);
}

function exitCodeOfRun({ state }: Pick<RunSummary, "state">, interrupted: boolean): number {
  if (interrupted && state === "cancelled") return exitCodes.interrupted.code;
  return state === "succeeded" ? exitCodes.done.code : exitCodes.tasksFailed.code;
}
