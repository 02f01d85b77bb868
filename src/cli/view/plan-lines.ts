import { describeCoverage } from "../../core/coverage.ts";
import type { Plan } from "../../core/plan.ts";
import type { Topology } from "../../core/topology.ts";
import { safeText } from "../format/safe-text.ts";
import { table } from "../format/table.ts";
import type { Terminal } from "../terminal.ts";
import { joinLines } from "../../server/plans/join-lines.ts";
import { needsInWords } from "../../server/plans/needs-in-words.ts";
import { stepTree } from "./step-tree.ts";

/** A plan in words: what it covers, its steps as a tree with their tasks and needs, how they are joined, what is left out. */
export function planLines(
  plan: Plan,
  planHash: string,
  topology: Topology,
  { columns, paint }: Pick<Terminal, "columns" | "paint">,
): string[] {
  const total = topology.steps.reduce((sum, { size }) => sum + size, 0);
  const { selection } = plan;
  const narrowed =
    selection.narrowed.length === 0 ? "" : `, narrowed by ${selection.narrowed.map(safeText).join(" and ")}`;
  const steps = table(
    stepTree(topology).map(({ index, branch }) => ({
      step: plan.steps[index]!,
      branch,
      tasks: topology.steps[index]!.size,
    })),
    [
      { title: "step", of: ({ step, branch }) => branch + safeText(step.name), least: 12 },
      { title: "tasks", of: ({ tasks }) => String(tasks), align: "right" },
      { title: "by", of: ({ step }) => (step.by.length === 0 ? "–" : step.by.map(safeText).join(" × ")) },
      { title: "on", of: ({ step }) => safeText(step.on) },
      { title: "needs", of: ({ step }) => safeText(needsInWords(step)), least: 8 },
    ],
    { columns, bold: paint.bold },
  );
  const joins = joinLines(topology);
  return [
    `${paint.bold(safeText(plan.pipeline))}  ${count(total, "task")} in ${count(plan.steps.length, "step")}  ${paint.dim(planHash.slice(0, 19))}`,
    ...(plan.description === undefined ? [] : [paint.dim(safeText(plan.description))]),
    `selection ${safeText(selection.name)}: ${describeCoverage(selection)}${narrowed}`,
    "",
    ...steps,
    ...(joins.length === 0 ? [] : ["", paint.bold("joins"), ...joins.map((join) => `  ${safeText(join)}`)]),
    ...(plan.leftOut.length === 0 ? [] : ["", paint.bold("left out")]),
    ...plan.leftOut.map(({ step, reason }) => `  ${safeText(step)}  ${paint.dim(safeText(reason))}`),
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
