import { makeAttemptId } from "../../core/ids.ts";
import type { Progress } from "../../platforms/platform.ts";
import type { ServiceContext } from "../services/service.ts";
import { known } from "../tasks/describe-attempt.ts";
import { taskAt } from "../tasks/find-attempt.ts";

/** How the log of a task's last attempt stands. */
export interface LogGrowth {
  /** 0 before the first. */
  readonly attempt: number;
  /** Bytes. */
  readonly size: number;
  /** It has its last line: unless the task is tried again, nothing more comes. */
  readonly ended: boolean;
  /** What its own code last reported, while it works. */
  readonly progress?: Progress;
}

/** Looks at the log of a task, as often as it is called. Throws what `taskAt` throws. */
export async function followLog(
  context: ServiceContext,
  log: { readonly run: string; readonly task: string },
): Promise<() => Promise<LogGrowth>> {
  const { run, number } = await taskAt(context, log);
  return async () => {
    // The state before the size: what has ended by then is as long as it will be.
    const [row] = await context.store.listTasks(run.id, { tasks: [number] });
    const attempt = row?.attempts ?? 0;
    const id = makeAttemptId(run.id, number.step, number.task, attempt);
    const size = attempt === 0 ? 0 : await context.logs.size(id);
    const progress = row?.state === "active" ? await context.logs.progress(id) : undefined;
    return { attempt, size, ended: attempt > 0 && row?.state !== "active", ...known("progress", progress) };
  };
}
