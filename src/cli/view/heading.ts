import { type RunState, runStateFacts } from "../../core/task-state.ts";
import type { RunRow } from "../../store/store.ts";
import { clockTime, roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { clip, widthOf } from "../format/width.ts";
import type { Paint } from "../terminal.ts";
import { settledOf, totalInWords, totalOf } from "../../server/runs/count-tasks.ts";
import { timeLeft } from "../../server/runs/time-left.ts";

export interface HeadingOptions {
  readonly now: number;
  readonly columns: number;
  readonly paint: Paint;
  /** Tasks settled per second, if known. */
  readonly rate: number | undefined;
  /** How long a task of each step takes, milliseconds, where known. */
  readonly stepMs: readonly (number | undefined)[];
  /** The most tasks that were seen to run at once; those that do now if absent. */
  readonly mostActive?: number;
  /** Whether an engine drives the run. */
  readonly driven: boolean;
}

export const runStatePaint: Record<RunState, keyof Paint> = {
  running: "blue",
  paused: "yellow",
  cancelling: "yellow",
  succeeded: "green",
  failed: "red",
  cancelled: "gray",
};

/** From here on people think of when rather than of how long. */
const clockMs = 600_000;

/** `flights r7k2… running  124/399 tasks · 42 s · 3.1/s · about 1 min 30 s left`; where that is too long, the id goes, then the last parts. */
export function heading(run: RunRow, options: HeadingOptions): string {
  const { columns, paint, driven } = options;
  const isOpen = !runStateFacts[run.state].ended;
  const name = paint.bold(safeText(run.pipeline));
  const state = paint[runStatePaint[run.state]](isOpen && !driven ? `${run.state}, no engine` : run.state);
  const parts = [progress(run), elapsed(run, options.now), ...(isOpen ? forecast(run, options) : [])];
  const whole = `${name} ${paint.dim(run.id)} ${state}  ${parts.join(" · ")}`;
  if (widthOf(whole) <= columns) return whole;
  const fitting = parts.map((_, index) => `${name} ${state}  ${parts.slice(0, parts.length - index).join(" · ")}`);
  return fitting.find((line) => widthOf(line) <= columns) ?? clip(`${name} ${state}`, columns);
}

function progress({ counts }: RunRow): string {
  const [settled, total] = [sumOf(counts, settledOf), sumOf(counts, totalOf)];
  return settled === total ? totalInWords({ total }) : `${settled}/${total} tasks`;
}

function elapsed({ startedAt, endedAt }: RunRow, now: number): string {
  return startedAt === undefined ? "not started" : roughDuration(Math.max(0, (endedAt ?? now) - startedAt));
}

function forecast(run: RunRow, { rate, stepMs, mostActive = 0, now }: HeadingOptions): string[] {
  if (run.state !== "running") return run.why === "" ? [] : [safeText(run.why)];
  const atOnce = Math.max(
    mostActive,
    sumOf(run.counts, ({ active }) => active),
  );
  const leftMs = timeLeft(run.counts, { rate, stepMs, atOnce });
  const end = leftMs !== undefined && leftMs >= clockMs ? `, until ${clockTime(now + leftMs)}` : "";
  return [...rateInWords(rate), ...(leftMs === undefined ? [] : [`about ${roughDuration(leftMs)} left${end}`])];
}

/** `3.1/s`, or nothing where it would be `0.0/s`. */
export function rateInWords(rate: number | undefined): string[] {
  if (rate === undefined || rate < 0.05) return [];
  return [`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`];
}

function sumOf<T>(list: readonly T[], measure: (one: T) => number): number {
  return list.reduce((sum, one) => sum + measure(one), 0);
}
