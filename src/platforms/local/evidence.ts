import type { Evidence, TaskError } from "../../core/evidence.ts";
import type { OutputValue } from "../../core/output-value.ts";
import type { Output, Work } from "../../core/plan.ts";
import { checkValues } from "./check-values.ts";
import type { ExitRecord } from "./exit-record.ts";

/** What is known about an attempt beside its `exit.json`. */
export interface EndedAttempt {
  readonly work: Work["type"];
  readonly outputs: Readonly<Record<string, Output>>;
  /** Why we ended it, if we did. */
  readonly cancelled: "cancel" | "timeout" | undefined;
  readonly host: string;
  /** The task's process, from `started.json`. */
  readonly pid: number | undefined;
  /** Its folder. */
  readonly root: string;
}

/**
 * The evidence in an `exit.json`, and the values the task returned. Files and folders are looked at afterwards, and
 * only if `evidence.completed`.
 */
export function evidenceOf(
  exit: ExitRecord,
  attempt: EndedAttempt,
): { evidence: Evidence; outputs: Record<string, OutputValue> } {
  const seen = seenOf(exit, attempt);
  if (!isComplete(exit, attempt)) return { evidence: { ...seen, completed: false }, outputs: {} };
  const values = checkValues(attempt.outputs, exit.result?.values ?? {});
  if ("error" in values) return { evidence: { ...seen, completed: false, error: values.error }, outputs: {} };
  return { evidence: { ...seen, completed: true }, outputs: values.outputs };
}

/**
 * A command that ends with 0 after SIGTERM has tidied up, not done its work: only a runner's own word counts then.
 */
function isComplete(exit: ExitRecord, { work, cancelled }: EndedAttempt): boolean {
  if (!exit.completed) return false;
  const ended = exit.endedByUs === true || cancelled !== undefined;
  return !ended || (work !== "shell" && work !== "container" && exit.result?.completed === true);
}

function seenOf(exit: ExitRecord, { cancelled, host, pid, root }: EndedAttempt): Omit<Evidence, "completed"> {
  const { result } = exit;
  const config = exit.config ?? result?.config;
  const outOfMemory = exit.outOfMemory ?? (result?.outOfMemory ? ({ seenBy: "runtime" } as const) : undefined);
  return {
    host,
    ...(pid === undefined ? {} : { pid }),
    ...(exit.exitCode === undefined ? {} : { exitCode: exit.exitCode }),
    ...(exit.signal === undefined ? {} : { signal: exit.signal }),
    ...(exit.peakMemoryBytes === undefined ? {} : { peakMemoryBytes: exit.peakMemoryBytes }),
    ...(exit.cpuSeconds === undefined ? {} : { cpuSeconds: exit.cpuSeconds }),
    ...(exit.startedAt === undefined ? {} : { startedAt: exit.startedAt }),
    ...(exit.endedAt === undefined ? {} : { endedAt: exit.endedAt }),
    ...(exit.neverStarted === undefined ? {} : { neverStarted: exit.neverStarted }),
    ...(outOfMemory === undefined ? {} : { outOfMemory }),
    ...(config === undefined ? {} : { config: { code: "TASK_CONFIG", message: config.message } }),
    ...(result?.error === undefined ? {} : { error: result.error }),
    ...(result?.diskFull ? { diskFull: true, error: withDisk(result.error, root) } : {}),
    ...endedBy(exit, cancelled),
  };
}

/** Which disk is full; what a failed write says is often no more than that one is. */
function withDisk({ message, ...rest }: TaskError = { type: "OSError", message: "" }, root: string): TaskError {
  return { ...rest, message: message.includes(root) ? message : `${message} (on the disk of ${root})`.trim() };
}

/** SIGTERM to a supervisor that we did not send came from outside: a machine that shuts down, a person. */
function endedBy(exit: ExitRecord, cancelled: "cancel" | "timeout" | undefined): Pick<Evidence, "endedByUs" | "gone"> {
  if (cancelled !== undefined) return { endedByUs: cancelled };
  return exit.endedByUs && !exit.completed ? { gone: "its supervisor was asked to end by somebody else" } : {};
}
