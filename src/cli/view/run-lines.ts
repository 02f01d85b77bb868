import type { RunDetail } from "../../api/schemas/run.ts";
import type { StateCounts } from "../../core/task-state.ts";
import { roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { clip, fit, widthOf } from "../format/width.ts";
import type { Paint } from "../terminal.ts";
import { bar, legend } from "./bar.ts";
import { countsInWords, settledOf, totalOf } from "../../server/runs/count-tasks.ts";
import { heading, type HeadedRun, type HeadingOptions } from "./heading.ts";

export interface RunLinesOptions extends HeadingOptions {
  /** Lines there is room for; all if absent. */
  readonly rows?: number;
}

/** What the picture shows of a run. */
export type DrawnRun = HeadedRun & {
  readonly steps: readonly Pick<RunDetail["steps"][number], "name" | "by" | "counts" | "medianMs">[];
};

interface StepLine {
  readonly name: string;
  readonly by: string;
  readonly counts: StateCounts;
  readonly done: string;
  readonly takes: string;
  readonly notes: string;
}

/** The picture of a run: a heading, a line per step, and what the signs mean. Pure: equal rows give equal lines. */
export function runLines(run: DrawnRun, options: RunLinesOptions): string[] {
  const { columns, paint, rows = Infinity } = options;
  const lines = run.steps.map(stepLine);
  const widths = chooseWidths(lines, columns);
  const { shown, left } = chooseSteps(lines, Math.max(1, rows - 2));
  return [
    heading(run, options),
    ...shown.map((line) => clip(drawStep(line, widths, paint), columns)),
    ...(left === 0 ? [] : [paint.dim(`  and ${left} more ${left === 1 ? "step" : "steps"}`)]),
    ...(columns < 40 ? [] : [clip(`  ${legend(run.tasks, paint)}`, columns)]),
  ];
}

function stepLine({ name, by, counts, medianMs }: DrawnRun["steps"][number]): StepLine {
  return {
    name: safeText(name),
    by: by.map(safeText).join(" × "),
    counts,
    done: `${settledOf(counts)}/${totalOf(counts)}`,
    takes: medianMs === undefined ? "" : `${roughDuration(medianMs)} each`,
    notes: countsInWords(counts, ["failed", "blocked", "active", "backoff", "ready", "cancelled", "skipped", "reused"]),
  };
}

interface Widths {
  readonly name: number;
  readonly by: number;
  readonly bar: number;
  readonly done: number;
  readonly takes: number;
  readonly notes: number;
}

/** Narrow terminals lose notes first, then dimensions, then durations; names, bars and counts stay. */
function chooseWidths(lines: readonly StepLine[], columns: number): Widths {
  const widest = (of: (line: StepLine) => string, most: number): number =>
    Math.min(most, Math.max(0, ...lines.map((line) => widthOf(of(line)))));
  const name = widest((line) => line.name, Math.max(8, Math.floor(columns / 4)));
  const by = columns < 76 ? 0 : widest((line) => line.by, Math.floor(columns / 4));
  const done = widest((line) => line.done, 20);
  const takes = columns < 60 ? 0 : widest((line) => line.takes, 16);
  const gap = (width: number): number => (width === 0 ? 0 : width + 2);
  const rest = columns - 2 - gap(name) - gap(by) - done - 2 - gap(takes);
  const notes = rest < 50 ? 0 : Math.min(40, rest - 32);
  return { name, by, done, takes, notes, bar: Math.max(6, Math.min(60, rest - gap(notes))) };
}

function drawStep({ name, by, counts, done, takes, notes }: StepLine, widths: Widths, paint: Paint): string {
  const { dim } = paint;
  const parts = [
    fit(name, widths.name),
    ...(widths.by === 0 ? [] : [dim(fit(by, widths.by))]),
    bar(counts, widths.bar, paint),
    fit(done, widths.done, "right"),
    ...(widths.takes === 0 ? [] : [dim(fit(takes, widths.takes, "right"))]),
    ...(widths.notes === 0 || notes === "" ? [] : [dim(clip(notes, widths.notes))]),
  ];
  return `  ${parts.join("  ").trimEnd()}`;
}

/** Where there is not room for all, those in which something is left to do come first; the order stays. */
function chooseSteps(lines: readonly StepLine[], room: number): { shown: readonly StepLine[]; left: number } {
  if (lines.length <= room) return { shown: lines, left: 0 };
  const isOpen = ({ counts }: StepLine): boolean => settledOf(counts) < totalOf(counts);
  const chosen = new Set(
    lines.toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a))).slice(0, Math.max(1, room - 1)),
  );
  return { shown: lines.filter((line) => chosen.has(line)), left: lines.length - chosen.size };
}
