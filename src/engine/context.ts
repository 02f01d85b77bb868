import type { Clock, Random } from "../core/clock.ts";
import type { FlotillaError } from "../core/errors.ts";
import type { AttemptId, EngineId, RunId } from "../core/ids.ts";
import type { Platform, Report } from "../platforms/platform.ts";
import type { RequestRow, Store } from "../store/store.ts";
import type { Dispatch } from "./dispatch.ts";
import type { OwnedRun } from "./owned-run.ts";
import type { PoolView } from "./pool-view.ts";
import type { Waiters } from "./waiters.ts";
import type { Wake } from "./wake.ts";

/** What the concerns of one engine share. */
export interface Context {
  readonly id: EngineId;
  readonly store: Store;
  readonly platforms: ReadonlyMap<string, Platform>;
  /** Of the runs that it takes; any if absent. */
  readonly profile: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly leaseMs: number;
  /** Whether it is certain that an engine has ended, so that its lease need not run out. */
  readonly isGone: (engine: EngineId) => boolean;
  /** Told of each fault of ours that stops a run here. */
  readonly onFault: (run: RunId, fault: unknown) => void;
  /** Told once for each commit that has to wait for the store. */
  readonly onWait: (error: FlotillaError) => void;
  /** What the process of an attempt is told of the trace that it belongs to. */
  readonly traceparentOf: (attempt: AttemptId) => string | undefined;
  readonly runs: Map<RunId, OwnedRun>;
  /** Platforms that can begin one attempt at the end of another. */
  readonly successive: ReadonlySet<string>;
  readonly pools: PoolView;
  readonly dispatch: Dispatch;
  readonly waiters: Waiters;
  readonly wake: Wake;
  /** What has happened and is not taken in yet. */
  readonly inbox: { reports: Report[]; requests: RequestRow[] };
  /** Something is ready and has no room; room that other engines give back is worth looking for. */
  starved: boolean;
  stopping: boolean;
}

/** Whether the lease of a run is certain enough to do something outside. */
export function mayAct(context: Context, owned: OwnedRun): boolean {
  return context.clock.monotonic() < owned.leaseEndsAt;
}

/** The run is somebody else's now; nothing of it is touched. Those who wait for its end go on waiting. */
export function dropRun(context: Context, run: RunId): void {
  const owned = context.runs.get(run);
  if (owned === undefined) return;
  context.runs.delete(run);
  for (const { holds } of owned.live.active.values()) context.pools.give(holds);
}
