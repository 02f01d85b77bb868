import type { RunId } from "../../core/ids.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { perStore } from "../per-store.ts";
import { RecentlyUsed } from "../recently-used.ts";
import type { ServiceContext } from "../services/service.ts";
import { paceOf } from "./rates.ts";
import { StepDurations } from "./step-durations.ts";
import { timeLeft } from "./time-left.ts";

/** What steps took so far, by run, for the runs that are looked at. */
const durations = perStore(() => new RecentlyUsed<RunId, StepDurations>(100));

/** Milliseconds that a task of each step takes; undefined where nothing is known yet. */
export async function stepMedians(
  { store, now }: Pick<ServiceContext, "store" | "now">,
  row: RunRow,
): Promise<readonly (number | undefined)[]> {
  return durationsOf(store, row.id).of(row, now());
}

/** When a run that goes on will have ended; undefined when nothing tells. */
export async function expectedEnd(context: ServiceContext, row: RunRow): Promise<number | undefined> {
  if (row.state !== "running") return undefined;
  const stepMs = await stepMedians(context, row);
  const left = timeLeft(row.counts, { ...paceOf(context, row), stepMs });
  return left === undefined ? undefined : context.now() + left;
}

function durationsOf(store: Store, run: RunId): StepDurations {
  const known = durations(store).get(run) ?? new StepDurations(store);
  durations(store).set(run, known);
  return known;
}
