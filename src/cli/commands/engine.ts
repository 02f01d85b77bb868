import type { CommandRun } from "../command.ts";
import { tellWait } from "../describe-error.ts";
import { exitCodes } from "../exit-codes.ts";
import { makeEngine } from "../make-engine.ts";
import { withProject } from "../open-project.ts";

/** An engine without work waits this long for more before it ends. */
const idleMs = 2000;
const lookMs = 500;

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const engine = await makeEngine(project, invocation.options, {
      takeOrphans: true,
      // Nobody waits for these runs here; the log is all there is to tell.
      onWait: (error) => tellWait(error, invocation.terminal),
      onFault: (id, fault) =>
        invocation.terminal.note(`${id}: ${fault instanceof Error ? fault.stack : String(fault)}`),
    });
    const stop = (): Promise<void> => engine.stop();
    await engine.start();
    project.beforeClose.add(stop);
    for (let workedAt = performance.now(); performance.now() - workedAt < idleMs;) {
      if (engine.owned.length > 0) workedAt = performance.now();
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    return exitCodes.done.code;
  });
