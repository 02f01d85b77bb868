import type { RunId } from "../../core/ids.ts";
import type { Plan } from "../../core/plan.ts";
import { runStateFacts } from "../../core/task-state.ts";
import { isPassing } from "../../engine/commit.ts";
import type { RunRow, Store, TaskRow } from "../../store/store.ts";
import type { Terminal } from "../terminal.ts";
import { StepDurations } from "../../server/runs/step-durations.ts";
import { jsonView, liveView, plainView, type View } from "./views.ts";

const frameMs = 125;
/** Failures shown as they come; the summary at the end has all of them, grouped. */
const mostFailures = 5;
/** For so long a run may be between two engines. */
const handOverMs = 3000;

export interface WatchOptions {
  readonly terminal: Terminal;
  /** Says whether the run is driven, after having seen to it if that is ours to do. */
  readonly keep: (run: RunRow) => Promise<boolean>;
}

/**
 * Shows a run until it has ended, in whatever way the output allows: in place on a terminal, line by line elsewhere, as
 * objects with `--json`. Reads one row per look, so any number of watchers cost the engine nothing.
 */
export async function watchRun(store: Store, id: RunId, plan: Plan, options: WatchOptions): Promise<RunRow> {
  const view = chooseView(plan, options.terminal);
  try {
    return await watch(store, id, view, options.keep);
  } finally {
    view.close();
  }
}

async function watch(store: Store, id: RunId, view: View, keep: WatchOptions["keep"]): Promise<RunRow> {
  const durations = new StepDurations(store);
  let seen = -1;
  let failuresLeft = mostFailures;
  let drivenAt = performance.now();
  for (;;) {
    const before = await passing(() => store.getRun(id));
    const restarting = before !== undefined && hasEnded(before) && (await isRestarting(store, id));
    // TRAP: a request that is not open any more may have been carried out since the row was read, and then the run goes on.
    const run =
      before !== undefined && hasEnded(before) && !restarting ? await passing(() => store.getRun(id)) : before;
    if (run !== undefined) {
      const isOver = hasEnded(run);
      const isDriven = isOver && !restarting ? true : await passing(() => keep(run));
      if (isDriven === true) drivenAt = performance.now();
      const driven = performance.now() - drivenAt < handOverMs;
      // A run that is asked to go on has ended until somebody carries that out; without an engine nobody does.
      const ended = isOver && !(restarting && driven);
      if (ended || !isOver) {
        const changed = run.version > seen;
        const failures = changed ? await newFailures(store, id, { since: seen, limit: failuresLeft }) : [];
        failuresLeft -= failures.length;
        const now = Date.now();
        const stepMs = (await passing(() => durations.of(run, now))) ?? [];
        view.show({ run, now, driven, changed, ended, failures, stepMs });
        if (ended) return run;
      }
      seen = run.version;
    }
    await new Promise((resolve) => setTimeout(resolve, frameMs));
  }
}

function hasEnded({ state }: RunRow): boolean {
  return runStateFacts[state].ended;
}

async function newFailures(
  store: Store,
  id: RunId,
  { since, limit }: { since: number; limit: number },
): Promise<readonly TaskRow[]> {
  if (limit === 0) return [];
  return (await passing(() => store.listTasks(id, { states: ["failed"], sinceVersion: since, limit }))) ?? [];
}

function chooseView(plan: Plan, terminal: Terminal): View {
  if (terminal.json) return jsonView(terminal);
  return terminal.interactive ? liveView(plan, terminal) : plainView(terminal);
}

async function isRestarting(store: Store, id: RunId): Promise<boolean> {
  const requests = await passing(() => store.openRequests([id]));
  return requests?.some(({ request }) => request.type === "restart") ?? true;
}

/** Undefined while the store is away: a watcher waits for it as the engine does. */
async function passing<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
}
