import { isAlive, processesOf, signalProcess } from "./processes.ts";
import type { ProcessIdentity } from "./processes.ts";

/** A supervisor that was left alone with its dead task has this long to write `exit.json`. */
const lastWordMs = 3000;

/**
 * Asks a supervisor to end its task; after `graceMs` kills the task's processes over its head, and if even then it does
 * not finish, the supervisor itself. Returns how to call this off, which is due once the attempt has ended.
 */
export function terminate(supervisor: ProcessIdentity, graceMs: number, onKilled: () => void): () => void {
  signalProcess(supervisor, "SIGTERM");
  let timer = setTimeout(() => {
    for (const one of processesOf(supervisor)) signalProcess(one, "SIGKILL");
    timer = setTimeout(() => void killAll(supervisor).then(onKilled), lastWordMs);
  }, graceMs);
  return () => clearTimeout(timer);
}

/**
 * Kills a supervisor with all that belongs to it and resolves when nothing of it runs any more (or, for processes that
 * the kernel does not let go, after five seconds). Also for one that is dead and left its task behind.
 */
export async function killAll(supervisor: ProcessIdentity, task?: ProcessIdentity): Promise<void> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const alive = [supervisor, ...(task ? [task, ...processesOf(task)] : []), ...processesOf(supervisor)].filter(
      isAlive,
    );
    if (alive.length === 0 || performance.now() > deadline) return;
    for (const one of alive) signalProcess(one, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
