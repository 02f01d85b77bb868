import type { AttemptId, Digest } from "../core/ids.ts";
import type { Evidence } from "../core/evidence.ts";
import type { JsonObject } from "../core/json.ts";
import type { InputValue, Outputs } from "../core/output-value.ts";
import type { Output, PackLimits, Resources, Scalar, Work } from "../core/plan.ts";
import type { PodOptions } from "../core/pod-options.ts";
import type { SecretRefs } from "../core/secret-ref.ts";

/** Everything a platform needs to carry out one attempt. Plain data; the same for every platform. */
export interface AttemptSpec {
  readonly id: AttemptId;
  /** `train[origin=JFK]`, for people. */
  readonly task: string;
  readonly pipeline: string;
  readonly step: string;
  /** 1 for the first attempt of the task in this run. */
  readonly number: number;
  readonly work: Work;
  readonly key: Readonly<Record<string, Scalar>>;
  readonly inputs: Readonly<Record<string, InputValue>>;
  readonly outputs: Readonly<Record<string, Output>>;
  readonly resources: Resources;
  /** The snapshot of the project's files that the attempt runs from. */
  readonly code: Digest | undefined;
  /** The container image that it runs in, where the platform has containers; empty: it was to be made, where there were none. */
  readonly image?: string;
  /** It may share a place with others of its step, one after the other; a platform that has no use for that does not. */
  readonly pack?: PackLimits;
  readonly kubernetes?: PodOptions;
  /** By reference: whoever starts it knows where their values are. */
  readonly secrets?: SecretRefs;
  readonly fatalErrors: readonly string[];
  /** W3C Trace Context for the spans that the attempt's process makes. */
  readonly traceparent?: string;
  /** It is not to start now, but in the place of this attempt (see `Platform.isSuccessive`). */
  readonly behind?: AttemptId;
}

/**
 * What a platform tells the engine. Every report names its attempt; one for an attempt that is not (or no longer)
 * known is ignored by the engine. Reports may be repeated.
 */
export type Report =
  | { readonly type: "submitted"; readonly attempt: AttemptId; readonly handle: JsonObject }
  | { readonly type: "running"; readonly attempt: AttemptId; readonly at: number; readonly handle: JsonObject }
  | {
      readonly type: "ended";
      readonly attempt: AttemptId;
      readonly at: number;
      readonly evidence: Evidence;
      /** Complete when `evidence.completed`; otherwise what there is. */
      readonly outputs: Outputs;
    }
  | { readonly type: "progress"; readonly attempt: AttemptId; readonly progress: Progress };

/** What user code reported about itself; optional, bounded, untrusted. */
export interface Progress {
  readonly fraction?: number;
  readonly message?: string;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** One line (or part of a line longer than 64 KiB) of what an attempt printed. */
export interface LogLine {
  readonly at: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
  /** The line goes on in the next record. */
  readonly partial: boolean;
  /** Where the next record begins: as `fromByte` it goes on from here. Absent where a platform keeps no offsets. */
  readonly nextByte?: number;
  /** Where this record begins. Absent where a platform keeps no offsets. */
  readonly fromByte?: number;
}

/** Which records of a log: all, or those from a byte on, or the last ones, at the end or before a byte. */
export interface LogRange {
  /** The start of a record. */
  readonly fromByte?: number;
  readonly tailLines?: number;
  /** Only records that end at or before this byte. */
  readonly beforeByte?: number;
  /** With `tailLines`: fewer lines where they would be more bytes than this; at least one. */
  readonly mostBytes?: number;
}

/** What to look for in a log, and how far. */
export interface LogSearch {
  readonly text: string;
  /** Otherwise `a` to `z` are as `A` to `Z`; other letters are as they are. */
  readonly matchCase: boolean;
  /** The start of a record. */
  readonly fromByte: number;
  /** So many lines found, or so many bytes looked at, are enough. */
  readonly mostHits: number;
  readonly mostBytes: number;
}

export interface LogSearchResult {
  readonly hits: readonly LogLine[];
  /** Where to go on; undefined at the end of the log. */
  readonly nextByte: number | undefined;
  readonly searchedBytes: number;
}

export interface CancelOptions {
  readonly graceMs: number;
  readonly why: "cancel" | "timeout" | "withdraw";
}

/**
 * Where attempts execute. The engine holds the decisions; a platform only starts, observes, ends and tells.
 * Nothing here throws for what a task does; a call that fails for a passing reason rejects and is repeated.
 */
export interface Platform {
  readonly name: string;
  /**
   * It can begin one attempt at the end of another, without waiting for us: `start` of a spec with `behind` prepares it,
   * and it begins when that attempt has ended, of all its processes none is left, and it has the same demands. If it is
   * not begun by then, `start` is called once more, without `behind`; the same when there is room for it before.
   */
  readonly isSuccessive?: boolean;
  /**
   * What this platform can hold at once, by resource (`cpu` in thousandths of a core, `memory` in bytes, `gpu`).
   * The engine counts it in the store, across engines. A resource that is absent is not limited.
   */
  capacity(): Readonly<Record<string, number>>;
  /**
   * Starts an attempt. Idempotent by `spec.id`: a second call for an attempt that has begun, also in an earlier
   * process, starts nothing and reports what is known. Resolves when the platform has taken it; reports follow.
   */
  start(spec: AttemptSpec): Promise<void>;
  /**
   * Finds attempts of an earlier engine again. For each one reports follow: `running` and later `ended`, or at once
   * `ended`, with `neverStarted` where it is proven that the attempt did not and will not begin.
   */
  adopt(specs: readonly AttemptSpec[]): Promise<void>;
  /**
   * Ends an attempt: asks it to terminate, after `graceMs` kills all of it. An `ended` report follows. Idempotent.
   * `withdraw` ends it only if it has not begun; if it has, nothing happens.
   */
  cancel(attempt: AttemptId, options: CancelOptions): Promise<void>;
  /** Told to the platform once, before the first call. */
  onReport(listener: (report: Report) => void): void;
  /** What an attempt printed, from `fromByte` of its log; ends at the current end of the log. */
  logs(
    attempt: AttemptId,
    options?: { readonly fromByte?: number; readonly tailLines?: number },
  ): AsyncIterable<LogLine>;
  /** Lets go of everything without ending attempts: they go on, and another engine may adopt them. */
  close(): Promise<void>;
}
