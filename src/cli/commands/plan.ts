import { describeCoverage } from "../../core/coverage.ts";
import type { Plan, PlanStep } from "../../core/plan.ts";
import { type Edge, type JoinKind, makeTopology, type Topology } from "../../core/topology.ts";
import { formatBytes } from "../../core/units.ts";
import type { CommandRun } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { safeText } from "../format/safe-text.ts";
import { table } from "../format/table.ts";
import { planFor } from "../make-plan.ts";
import type { Terminal } from "../terminal.ts";

export const run: CommandRun = async ({ args, options, terminal }) => {
  const { plan, planHash } = await planFor(args[0], options);
  if (terminal.json) {
    terminal.print(JSON.stringify({ hash: planHash, tasks: countsByStep(plan), plan }));
    return exitCodes.done.code;
  }
  terminal.print(describePlan(plan, planHash, terminal).join("\n"));
  return exitCodes.done.code;
};

function countsByStep(plan: Plan): Record<string, number> {
  return Object.fromEntries(makeTopology(plan).steps.map(({ name, size }) => [name, size]));
}

function describePlan(plan: Plan, planHash: string, terminal: Terminal): string[] {
  const { paint, columns } = terminal;
  const topology = makeTopology(plan);
  const total = topology.steps.reduce((sum, { size }) => sum + size, 0);
  const { selection } = plan;
  const narrowed =
    selection.narrowed.length === 0 ? "" : `, narrowed by ${selection.narrowed.map(safeText).join(" and ")}`;
  const steps = table(
    plan.steps.map((step, index) => ({ step, index })),
    [
      { title: "step", of: ({ step }) => safeText(step.name) },
      { title: "tasks", of: ({ index }) => String(topology.steps[index]!.size), align: "right" },
      { title: "by", of: ({ step }) => (step.by.length === 0 ? "–" : step.by.map(safeText).join(", ")) },
      { title: "on", of: ({ step }) => safeText(step.on) },
      { title: "needs", of: ({ step }) => resourcesInWords(step) },
      { title: "reads", of: ({ index }) => readsInWords(topology, index) || "–", least: 12 },
    ],
    { columns, bold: paint.bold },
  );
  return [
    `${paint.bold(safeText(plan.pipeline))}  ${total} tasks in ${plan.steps.length} steps  ${paint.dim(planHash.slice(0, 19))}`,
    `selection ${safeText(selection.name)}: ${describeCoverage(selection)}${narrowed}`,
    "",
    ...steps,
    ...plan.leftOut.map(({ step, reason }) => paint.dim(`${safeText(step)} is left out: ${safeText(reason)}`)),
    ...joins(topology, terminal),
  ];
}

function resourcesInWords({ resources, work }: PlanStep): string {
  if (work.type === "noop") return "–";
  const all = "all" in resources ? [resources.all] : resources.values;
  const cpus = range(
    all.map(({ cpu }) => cpu),
    String,
  );
  const memory = all.flatMap(({ memoryBytes }) => memoryBytes ?? []);
  return `${cpus} CPU${memory.length === 0 ? "" : `, ${range(memory, formatBytes)}`}`;
}

function range(values: readonly number[], show: (value: number) => string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? show(least) : `${show(least)} – ${show(most)}`;
}

function readsInWords(topology: Topology, index: number): string {
  const names = topology.steps[index]!.upstream.map(
    ({ from, kind }) => `${topology.steps[from]!.name}${kind === "previous" ? " (previous)" : ""}`,
  );
  return [...new Set(names)].map(safeText).join(", ");
}

const joinWords: Record<JoinKind, string> = {
  "one-to-one": "one to one",
  broadcast: "broadcast",
  collect: "collect",
  "many-to-many": "many to many",
  previous: "previous",
};

function joins(topology: Topology, { paint }: Terminal): string[] {
  const seen = new Set<string>();
  const lines = topology.edges.flatMap((edge) => {
    const text = joinInWords(topology, edge);
    if (seen.has(text)) return [];
    seen.add(text);
    return [text];
  });
  return lines.length === 0 ? [] : ["", paint.bold("joins"), ...lines];
}

function joinInWords({ steps }: Topology, { from, to, kind, pairs, atLeast, needs }: Edge): string {
  const [writer, reader] = [steps[from]!, steps[to]!];
  const each = pairs / Math.max(1, kind === "collect" || kind === "many-to-many" ? reader.size : writer.size);
  const many = Number.isInteger(each) ? String(each) : `about ${each.toFixed(1)}`;
  const how =
    kind === "collect" || kind === "many-to-many"
      ? `each of ${reader.size} reads ${many}`
      : `each of ${writer.size} feeds ${many}`;
  const enough = atLeast < 1 ? `, at least ${Math.round(atLeast * 100)} % of them` : "";
  return `  ${safeText(writer.name)} → ${safeText(reader.name)}  ${joinWords[kind]}, ${how}${enough}${needs === "done" ? ", whatever became of it" : ""}`;
}
