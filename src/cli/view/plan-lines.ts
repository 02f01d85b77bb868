import type { ResponseOf } from "../../api/operations.ts";
import { roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { table } from "../format/table.ts";
import type { Terminal } from "../terminal.ts";
import { stepTree } from "./step-tree.ts";

/** A plan in words: what it covers, its steps as a tree with their tasks and needs, how they are joined, what is left out. */
export function planLines(
  preview: ResponseOf<"previewRun">,
  { columns, paint }: Pick<Terminal, "columns" | "paint">,
): string[] {
  const { pipeline, planHash, description, coverage, joins, leftOut, expectedMs } = preview;
  const narrowed =
    coverage.narrowed.length === 0 ? "" : `, narrowed by ${coverage.narrowed.map(safeText).join(" and ")}`;
  const steps = table(
    stepTree(preview).map(({ index, branch }) => ({ ...preview.steps[index]!, branch })),
    [
      { title: "step", of: ({ name, branch }) => branch + safeText(name), least: 12 },
      { title: "tasks", of: ({ tasks }) => String(tasks), align: "right" },
      { title: "by", of: ({ by }) => (by.length === 0 ? "–" : by.map(safeText).join(" × ")) },
      { title: "on", of: (step) => safeText(placeInWords(step)) },
      { title: "needs", of: ({ needs }) => safeText(needs), least: 8 },
    ],
    { columns, bold: paint.bold },
  );
  const size = `${count(preview.tasks, "task")} in ${count(preview.steps.length, "step")}`;
  return [
    `${paint.bold(safeText(pipeline))}  ${size}  ${paint.dim(planHash.slice(0, 19))}`,
    ...(description === undefined ? [] : [paint.dim(safeText(description))]),
    `selection ${safeText(coverage.name)}: ${safeText(coverage.inWords)}${narrowed}`,
    ...(expectedMs === undefined ? [] : [`expected to take ${roughDuration(expectedMs)}`]),
    "",
    ...steps,
    ...(joins.length === 0 ? [] : ["", paint.bold("joins"), ...joins.map((join) => `  ${safeText(join)}`)]),
    ...(leftOut.length === 0 ? [] : ["", paint.bold("left out")]),
    ...leftOut.map(({ step, reason }) => `  ${safeText(step)}  ${paint.dim(safeText(reason))}`),
  ];
}

/** `gpu (docker python:3.12)`, `spot (kubernetes), at last big`; a name that says it all stands alone. */
function placeInWords({ on, lastAttemptOn, place }: ResponseOf<"previewRun">["steps"][number]): string {
  const last = lastAttemptOn === undefined ? "" : `, at last ${lastAttemptOn}`;
  const { type = on, image } = place ?? {};
  const words = [...(type === on ? [] : [type]), ...(image === undefined ? [] : [image])];
  return (words.length === 0 ? on : `${on} (${words.join(" ")})`) + last;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
