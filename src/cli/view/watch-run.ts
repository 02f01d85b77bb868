import type { RunId } from "../../core/ids.ts";
import type { Plan } from "../../core/plan.ts";
import { runStateFacts } from "../../core/task-state.ts";
import { isPassing } from "../../engine/commit.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { isDriven } from "../engine-id.ts";
import type { Terminal } from "../terminal.ts";
import { StepDurations } from "./step-durations.ts";
import { jsonView, liveView, plainView, type View } from "./views.ts";

const frameMs = 125;
/** Failures shown as they come; the summary at the end has all of them, grouped. */
const mostFailures = 5;
/** For so long a run may be between two engines. */
const handOverMs = 3000;

export interface WatchOptions {
  readonly terminal: Terminal;
  /** An engine of ours drives the run: nobody need look for one. */
  readonly isOurs: boolean;
}

/**
 * Shows a run until it has ended, in whatever way the output allows: in place on a terminal, line by line elsewhere, as
 * objects with `--json`. Reads one row per look, so any number of watchers cost the engine nothing.
 */
export async function watchRun(store: Store, id: RunId, plan: Plan, options: WatchOptions): Promise<RunRow> {
  const view = chooseView(plan, options.terminal);
  try {
    return await watch(store, id, view, options.isOurs);
  } finally {
    view.close();
  }
}

async function watch(store: Store, id: RunId, view: View, isOurs: boolean): Promise<RunRow> {
  const durations = new StepDurations(store);
  let seen = -1;
  let shown = 0;
  let drivenAt = Date.now();
  for (;;) {
    const run = await passing(() => store.getRun(id));
    const now = Date.now();
    if (run !== undefined) {
      if (isOurs || isDriven(run)) drivenAt = now;
      const driven = now - drivenAt < handOverMs;
      const state = runStateFacts[run.state].ended ? "ended" : "open";
      // A run that is restarted has begun to only when the request is carried out; without an engine it never is.
      const ended = state === "ended" && !(driven && (await isRestarting(store, id)));
      if (ended || state === "open") {
        const changed = run.version > seen;
        const limit = mostFailures - shown;
        const failures =
          changed && limit > 0
            ? await passing(() => store.listTasks(id, { states: ["failed"], sinceVersion: seen, limit }))
            : [];
        const stepMs = await passing(() => durations.of(run, now));
        shown += failures?.length ?? 0;
        view.show({ run, now, driven, changed, ended, failures: failures ?? [], stepMs: stepMs ?? [] });
        if (ended) return run;
      }
      seen = run.version;
    }
    await new Promise((resolve) => setTimeout(resolve, frameMs));
  }
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
