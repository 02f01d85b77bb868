import type { Checked, JsonOperation, ResponseOf } from "../../api/operations.ts";
import type { Role } from "../../api/routes.ts";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import type { AttemptId } from "../../core/ids.ts";
import type { Planned, PlanOptions } from "../../planner/planner.ts";
import type { LogLine, LogRange, LogSearch, LogSearchResult, Progress } from "../../platforms/platform.ts";
import type { RunRow, Store } from "../../store/store.ts";
import type { RunViews } from "../views/run-views.ts";

/** What services work with; built by the command line, which alone knows the concrete parts. */
export interface ServiceContext {
  /** The project's folder, and its `.flotilla`. */
  readonly project: string;
  readonly flotilla: string;
  /** Whether other projects may keep runs in the same store. */
  readonly isShared?: boolean;
  /** Whether who asks may name any file of this machine as a pipeline: its user, in a process of his own. */
  readonly anyFile?: boolean;
  readonly version: string;
  /** The engine in this process, if there is one. */
  readonly engine?: string;
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  /** Evaluates a pipeline file, in a process of its own. */
  makePlan(options: Omit<PlanOptions, "profile">): Promise<Planned>;
  /** Whether an engine that lives, as far as can be known, drives the run. */
  isDriven(run: RunRow): boolean;
  readonly logs: AttemptLogs;
  readonly views: RunViews;
  /** Milliseconds since 1970. */
  now(): number;
}

/** What attempts tell, by whatever platform they run on. A log that is not there has no lines and no bytes. */
export interface AttemptLogs {
  read(attempt: AttemptId, range?: LogRange): AsyncIterable<LogLine>;
  /** Bytes now; 0 when there is none. */
  size(attempt: AttemptId): Promise<number>;
  search(attempt: AttemptId, search: LogSearch): Promise<LogSearchResult>;
  /** The log as it is stored, from a byte to before another. */
  bytes(attempt: AttemptId, range: { readonly from: number; readonly to: number }): AsyncIterable<Uint8Array>;
  /** What its own code last reported of how far it is; undefined if it reports nothing. */
  progress(attempt: AttemptId): Promise<Progress | undefined>;
  /** Where the files of the attempt lie on this machine, for people. */
  folder(attempt: AttemptId): string | undefined;
}

/** Who calls, and how. */
export interface Call {
  /** For the record, unless the request names somebody. */
  readonly by: string;
  readonly role?: Role;
  /** Makes a request that changes something safe to send again, for a day. */
  readonly idempotencyKey?: string;
}

/** Carries one operation out. What it is given has been checked; what it throws is a `FlotillaError`. */
export type Service<Name extends JsonOperation> = (
  context: ServiceContext,
  request: Checked<Name>,
  call: Call,
) => Promise<ResponseOf<Name>>;
