import type { AttemptId } from "../../core/ids.ts";
import type { AttemptSpec, CancelOptions, LogLine, Report } from "../platform.ts";
import type { ContainerEnd } from "../task-api/heartbeat.ts";
import type { Packing } from "../task-api/packing.ts";

/**
 * What brings code and inputs into a pod, and its log, values and outputs out of it. Its `ended` says how the attempt's own
 * runner saw the end, outputs included; whether the pod ended well is for the platform to add.
 */
export interface PodTasks {
  /** Where runners tell that their task begins; undefined where nobody does: then a pod that runs is a task that runs. */
  readonly address?: string | undefined;
  /** Lets the attempt in, and says with what its container is begun. Idempotent. */
  admit(spec: AttemptSpec): Promise<{
    /** Absent: the image's own entry point. */
    readonly command?: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  }>;
  /** An attempt that an earlier process admitted is still to be let in. What it has handed in is reported again. */
  readmit(spec: AttemptSpec): Promise<void>;
  /** The container of a container step has ended, and how. */
  containerEnded(attempt: AttemptId, ended: ContainerEnd): void;
  /** Asks the runner of an attempt to end its task; one that is not there is not reached. */
  cancel(attempt: AttemptId, options: CancelOptions): void;
  /** How attempts share a pod; undefined where they cannot. */
  readonly packing?: Packing;
  /** The attempt is over: its token opens nothing any more. */
  revoke(attempt: AttemptId): Promise<void>;
  /** When the attempt's runner last spoke to this process, milliseconds of the monotonic clock; undefined if it has not. */
  heardAt(attempt: AttemptId): number | undefined;
  onReport(listener: (report: Report) => void): void;
  logs(
    attempt: AttemptId,
    options?: { readonly fromByte?: number; readonly tailLines?: number },
  ): AsyncIterable<LogLine>;
}
