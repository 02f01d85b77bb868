import type { CommandRun } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { makeEngine } from "../make-engine.ts";
import { withProject } from "../open-project.ts";

/** An engine without work waits this long for more before it ends. */
const idleMs = 2000;

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const engine = makeEngine(project, invocation.options, { takeOrphans: true });
    const stopped = new Promise<void>((resolve) => {
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, resolve);
    });
    await engine.start();
    let idleSince = Date.now();
    for (let isStopped = false; !isStopped && Date.now() - idleSince < idleMs;) {
      if (engine.owned.length > 0) idleSince = Date.now();
      isStopped = await Promise.race([
        stopped.then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500)),
      ]);
    }
    await engine.stop();
    return exitCodes.done.code;
  });
