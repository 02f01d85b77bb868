import type { RunId } from "../../core/ids.ts";
import type { Plan } from "../../core/plan.ts";
import { runStateFacts } from "../../core/task-state.ts";
import { isPassing } from "../../engine/commit.ts";
import type { RunRow, Store, TaskRow } from "../../store/store.ts";
import { safeText } from "../format/safe-text.ts";
import type { Terminal } from "../terminal.ts";
import { LiveRegion } from "./live-region.ts";
import { countTasks, runLines, settledOf } from "./run-lines.ts";

const frameMs = 125;
/** Between lines when the output is no terminal. */
const plainMs = 2000;
/** Failures shown as they come; the summary at the end has all of them, grouped. */
const mostFailures = 5;

/**
 * Shows a run until it has ended, in whatever way the output allows: in place on a terminal, line by line elsewhere, as
 * objects with `--json`. Reads one row per look, so any number of watchers cost the engine nothing.
 */
export async function watchRun(store: Store, id: RunId, plan: Plan, terminal: Terminal): Promise<RunRow> {
  const show = terminal.json
    ? jsonView(terminal)
    : terminal.interactive
      ? liveView(plan, terminal)
      : plainView(terminal);
  let seen = 0;
  let shownFailures = 0;
  for (;;) {
    let run = await lookAt(store, id);
    const looksEnded = run !== undefined && runStateFacts[run.state].ended;
    const isAsked = looksEnded && (await hasOpenRequest(store, id));
    // TRAP: a request that is not open any more may have been carried out since the row was read, and then the run goes on.
    if (looksEnded && !isAsked) run = await lookAt(store, id);
    // A run that has ended and is asked to go on has not begun to, as long as the request is open.
    if (isAsked) seen = run!.version;
    else if (run !== undefined) {
      const changed = run.version > seen;
      const failures =
        changed && shownFailures < mostFailures
          ? await store.listTasks(id, { states: ["failed"], sinceVersion: seen, limit: mostFailures - shownFailures })
          : [];
      seen = run.version;
      shownFailures += failures.length;
      const ended = runStateFacts[run.state].ended;
      show({ run, failures, changed, ended });
      if (ended) return run;
    }
    await new Promise((resolve) => setTimeout(resolve, frameMs));
  }
}

interface Look {
  readonly run: RunRow;
  readonly failures: readonly TaskRow[];
  readonly changed: boolean;
  readonly ended: boolean;
}

/** Undefined while the store is away: a watcher waits for it as the engine does. */
async function lookAt(store: Store, id: RunId): Promise<RunRow | undefined> {
  try {
    return await store.getRun(id);
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
}

async function hasOpenRequest(store: Store, id: RunId): Promise<boolean> {
  return (await store.openRequests([id])).length > 0;
}

function liveView(plan: Plan, terminal: Terminal): (look: Look) => void {
  const region = new LiveRegion(terminal);
  const rate = makeRate();
  return ({ run, failures }) => {
    const now = Date.now();
    region.draw(
      runLines(run, plan, { now, columns: terminal.columns, paint: terminal.paint, rate: rate(run, now) }),
      failures.map((task) => failureLine(task, terminal)),
    );
  };
}

function plainView(terminal: Terminal): (look: Look) => void {
  const rate = makeRate();
  let last = -Infinity;
  let lastState = "";
  return ({ run, failures, changed, ended }) => {
    const now = Date.now();
    for (const task of failures) terminal.print(failureLine(task, terminal));
    const perSecond = rate(run, now);
    if (!ended && run.state === lastState && (!changed || now - last < plainMs)) return;
    last = now;
    lastState = run.state;
    const { total, succeeded, failed, blocked, active } = countTasks(run);
    const parts = [
      `${succeeded} succeeded`,
      failed > 0 ? `${failed} failed` : "",
      blocked > 0 ? `${blocked} blocked` : "",
      active > 0 ? `${active} active` : "",
    ].filter((part) => part !== "");
    const speed = perSecond === undefined || ended ? "" : `, ${perSecond.toFixed(1)}/s`;
    terminal.print(`${run.pipeline} ${run.id} ${run.state}: ${parts.join(", ")} of ${total}${speed}`);
  };
}

function jsonView(terminal: Terminal): (look: Look) => void {
  let started = false;
  return ({ run, failures, changed, ended }) => {
    if (!started)
      terminal.print(
        JSON.stringify({ type: "run.started", run: run.id, pipeline: run.pipeline, tasks: countTasks(run).total }),
      );
    started = true;
    for (const { ref, class: retryClass, error } of failures)
      terminal.print(JSON.stringify({ type: "task.failed", run: run.id, task: ref, class: retryClass, error }));
    if (changed && !ended)
      terminal.print(JSON.stringify({ type: "run.progress", run: run.id, state: run.state, tasks: countTasks(run) }));
    if (ended) terminal.print(JSON.stringify(runEnded(run)));
  };
}

/** The last line of a run with `--json`. */
export function runEnded(run: RunRow): object {
  const { total, succeeded, failed, blocked, skipped, cancelled, reused } = countTasks(run);
  const durationMs =
    run.startedAt === undefined || run.endedAt === undefined ? 0 : Math.round(run.endedAt - run.startedAt);
  return {
    type: "run.ended",
    run: run.id,
    state: run.state,
    tasks: { total, succeeded, failed, blocked, skipped, cancelled, reused },
    durationMs,
  };
}

function failureLine(task: TaskRow, { paint }: Terminal): string {
  return `${paint.red("✗")} ${safeText(task.ref)} ${paint.dim(task.class ?? "")} ${safeText(task.error ?? "")}`;
}

/** Tasks settled per second over the last ten seconds; undefined until there is something to measure. */
function makeRate(): (run: RunRow, now: number) => number | undefined {
  const looks: { now: number; settled: number }[] = [];
  return (run, now) => {
    looks.push({ now, settled: run.counts.reduce((sum, counts) => sum + settledOf(counts), 0) });
    while (looks.length > 2 && now - looks[0]!.now > 10_000) looks.shift();
    const [first, last] = [looks[0]!, looks.at(-1)!];
    return last.now - first.now < 500 ? undefined : ((last.settled - first.settled) / (last.now - first.now)) * 1000;
  };
}
