import type { RunId } from "../../core/ids.ts";
import type { CommandRun } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { makeEngine } from "../make-engine.ts";
import { withProject } from "../open-project.ts";

/** An engine without work waits this long for more before it ends. */
const idleMs = 2000;
const lookMs = 500;

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const engine = makeEngine(project, invocation.options, { takeOrphans: true });
    const stop = (): Promise<void> => engine.stop();
    await engine.start();
    project.beforeClose.add(stop);
    const known = new Set<RunId>();
    for (let workedAt = performance.now(); performance.now() - workedAt < idleMs;) {
      for (const id of engine.owned) {
        workedAt = performance.now();
        if (known.has(id)) continue;
        known.add(id);
        engine.ended(id).catch((fault: unknown) => {
          known.delete(id);
          // Nobody waits for this run here; the log is all there is to tell.
          invocation.terminal.note(`${id}: ${fault instanceof Error ? fault.stack : String(fault)}`);
        });
      }
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    return exitCodes.done.code;
  });
