import type { RunDetail, RunSummary } from "../../api/schemas/run.ts";
import { safeText } from "../format/safe-text.ts";
import type { Paint, Terminal } from "../terminal.ts";
import { rateInWords } from "./heading.ts";
import { countsInWords, totalInWords } from "../../server/runs/count-tasks.ts";
import { LiveRegion } from "./live-region.ts";
import { type DrawnRun, runLines } from "./run-lines.ts";

export type Failure = NonNullable<RunDetail["failures"]>[number];

/** One look at a run. */
export interface Look {
  readonly run: DrawnRun;
  readonly now: number;
  /** Whether an engine drives it. */
  readonly driven: boolean;
  /** Tasks that failed since the last look, the first ones of the run. */
  readonly failures: readonly Failure[];
  /** Whether anything happened since the last look. */
  readonly changed: boolean;
  readonly ended: boolean;
}

/** A way to show a run while it goes on. */
export interface View {
  show(look: Look): void;
  close(): void;
}

/** In place, on a terminal. */
export function liveView(terminal: Terminal): View {
  const region = new LiveRegion(terminal);
  let above: string[] = [];
  const restoreNotes = terminal.divertNotes((text) => above.push(...text.split("\n")));
  return {
    show({ run, now, driven, failures }) {
      const { columns, rows, paint } = terminal;
      above.push(...failures.map((task) => failureLine(task, paint)));
      region.draw(runLines(run, { now, columns, rows: rows - 1, paint, driven }), above);
      above = [];
    },
    close() {
      restoreNotes();
      for (const text of above) terminal.note(text);
    },
  };
}

/** Between lines when the output is no terminal. */
const plainMs = 2000;

/** Line by line: one when the state changes, every few seconds one with what is done, and each failure. */
export function plainView({ print, paint }: Pick<Terminal, "print" | "paint">): View {
  let shownAt = -Infinity;
  let shown = "";
  return {
    show({ run, now, driven, failures, ended }) {
      for (const task of failures) print(failureLine(task, paint));
      const state = ended || driven ? run.state : `${run.state}, no engine`;
      const line = `${safeText(run.pipeline)} ${run.id} ${state}: ${progress(run)}`;
      const isNews = ended || !shown.startsWith(line.slice(0, line.indexOf(":"))) || now - shownAt >= plainMs;
      if (line === shown || !isNews) return;
      [shown, shownAt] = [line, now];
      print([line, ...(ended ? [] : rateInWords(run.perSecond))].join(", "));
    },
    close: () => undefined,
  };
}

function progress({ tasks }: Pick<RunSummary, "tasks">): string {
  const words = countsInWords(tasks, [
    "succeeded",
    "reused",
    "failed",
    "blocked",
    "cancelled",
    "skipped",
    "active",
    "backoff",
  ]);
  return words === "" ? totalInWords(tasks) : `${words} of ${tasks.total}`;
}

/** As objects, one a line. */
export function jsonView({ print }: Pick<Terminal, "print">): View {
  let started = false;
  const say = (message: object): void => print(JSON.stringify(message));
  return {
    show({ run, failures, changed, ended }) {
      if (!started)
        say({
          type: "run.started",
          run: run.id,
          pipeline: run.pipeline,
          selection: run.selection,
          tasks: run.tasks.total,
        });
      started = true;
      for (const { ref, class: retryClass, error } of failures)
        say({ type: "task.failed", run: run.id, task: ref, class: retryClass, error });
      if (ended) say(runEnded(run));
      else if (changed) say({ type: "run.progress", run: run.id, state: run.state, tasks: run.tasks });
    },
    close: () => undefined,
  };
}

/** The last line of a run with `--json`. */
export function runEnded(run: Pick<RunSummary, "id" | "state" | "tasks" | "startedAt" | "endedAt">): object {
  const { total, succeeded, failed, blocked, skipped, cancelled, reused } = run.tasks;
  const { startedAt, endedAt } = run;
  const durationMs = startedAt === undefined || endedAt === undefined ? 0 : Math.round(endedAt - startedAt);
  const tasks = { total, succeeded, failed, blocked, skipped, cancelled, reused };
  return { type: "run.ended", run: run.id, state: run.state, tasks, durationMs };
}

function failureLine({ ref, class: retryClass, error }: Failure, paint: Paint): string {
  return `${paint.red("✗")} ${safeText(ref)} ${paint.dim(retryClass ?? "")} ${safeText(error ?? "")}`;
}
