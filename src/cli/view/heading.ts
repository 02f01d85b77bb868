import type { RunSummary } from "../../api/schemas/run.ts";
import { type RunState, runStateFacts } from "../../core/task-state.ts";
import { clockTime, roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { clip, widthOf } from "../format/width.ts";
import type { Paint } from "../terminal.ts";
import { settledOf, totalInWords } from "../../server/runs/count-tasks.ts";

export interface HeadingOptions {
  readonly now: number;
  readonly columns: number;
  readonly paint: Paint;
  /** Whether an engine drives the run. */
  readonly driven: boolean;
}

/** What a heading says of a run. */
export type HeadedRun = Omit<RunSummary, "params" | "changedParams"> & { readonly perSecond?: number | undefined };

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
export function heading(run: HeadedRun, options: HeadingOptions): string {
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

function progress({ tasks }: HeadedRun): string {
  const settled = settledOf(tasks);
  return settled === tasks.total ? totalInWords(tasks) : `${settled}/${tasks.total} tasks`;
}

function elapsed({ startedAt, endedAt }: HeadedRun, now: number): string {
  return startedAt === undefined ? "not started" : roughDuration(Math.max(0, (endedAt ?? now) - startedAt));
}

function forecast({ state, why, perSecond, expectedEndAt }: HeadedRun, { now }: HeadingOptions): string[] {
  if (state !== "running") return why === "" ? [] : [safeText(why)];
  const leftMs = expectedEndAt === undefined ? undefined : Math.max(0, expectedEndAt - now);
  const end = leftMs !== undefined && leftMs >= clockMs ? `, until ${clockTime(now + leftMs)}` : "";
  return [...rateInWords(perSecond), ...(leftMs === undefined ? [] : [`about ${roughDuration(leftMs)} left${end}`])];
}

/** `3.1/s`, or nothing where it would be `0.0/s`. */
export function rateInWords(rate: number | undefined): string[] {
  if (rate === undefined || rate < 0.05) return [];
  return [`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`];
}
