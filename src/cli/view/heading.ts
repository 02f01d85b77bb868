import { type RunState, runStateFacts } from "../../core/task-state.ts";
import type { RunRow } from "../../store/store.ts";
import { clockTime, roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { clip, widthOf } from "../format/width.ts";
import type { Paint } from "../terminal.ts";
import { settledOf, totalOf } from "../../server/runs/count-tasks.ts";
import { leftMs } from "../../server/runs/forecast.ts";

export interface HeadingOptions {
  readonly now: number;
  readonly columns: number;
  readonly paint: Paint;
  /** Tasks settled per second, if known. */
  readonly rate: number | undefined;
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
  return settled === total ? `${total} ${total === 1 ? "task" : "tasks"}` : `${settled}/${total} tasks`;
}

function elapsed({ startedAt, endedAt }: RunRow, now: number): string {
  return startedAt === undefined ? "not started" : roughDuration(Math.max(0, (endedAt ?? now) - startedAt));
}

function forecast(run: RunRow, { rate, now }: HeadingOptions): string[] {
  if (run.state !== "running") return run.why === "" ? [] : [safeText(run.why)];
  const left = leftMs(run, rate);
  if (rate === undefined || left === undefined) return [];
  const end = left >= clockMs ? `, until ${clockTime(now + left)}` : "";
  return [`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`, `about ${roughDuration(left)} left${end}`];
}

function sumOf<T>(list: readonly T[], measure: (one: T) => number): number {
  return list.reduce((sum, one) => sum + measure(one), 0);
}
