import type { Checked, JsonOperation, ResponseOf } from "../../api/operations.ts";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import type { AttemptId } from "../../core/ids.ts";
import type { Planned, PlanOptions } from "../../planner/planner.ts";
import type { LogLine } from "../../platforms/platform.ts";
import type { RunRow, Store } from "../../store/store.ts";
import type { RunViews } from "../views/run-views.ts";

/** What services work with; built by the command line, which alone knows the concrete parts. */
export interface ServiceContext {
  /** The project's folder, and its `.flotilla`. */
  readonly project: string;
  readonly flotilla: string;
  readonly version: string;
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  /** Evaluates a pipeline file, in a process of its own. */
  makePlan(options: Omit<PlanOptions, "platforms">): Promise<Planned>;
  /** Whether an engine that lives, as far as can be known, drives the run. */
  isDriven(run: RunRow): boolean;
  readonly logs: AttemptLogs;
  readonly views: RunViews;
  /** Milliseconds since 1970. */
  now(): number;
}

/** The logs of attempts, by whatever platform they ran on. */
export interface AttemptLogs {
  /** Records from `fromByte` (the start of one), or the last `tailLines` of them. */
  read(
    attempt: AttemptId,
    options?: { readonly fromByte?: number; readonly tailLines?: number },
  ): AsyncIterable<LogLine>;
  /** Bytes now; 0 when there is none. */
  size(attempt: AttemptId): Promise<number>;
}

/** Carries one operation out. What it is given has been checked; what it throws is a `FlotillaError`. */
export type Service<Name extends JsonOperation> = (
  context: ServiceContext,
  request: Checked<Name>,
) => Promise<ResponseOf<Name>>;
