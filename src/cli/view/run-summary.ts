import type { Plan } from "../../core/plan.ts";
import { formatDuration } from "../../core/units.ts";
import type { FailureGroup, RunRow, Store } from "../../store/store.ts";
import { safeText } from "../format/safe-text.ts";
import type { Terminal } from "../terminal.ts";
import { countTasks } from "./run-lines.ts";

/** What a person wants to know at the end: what was done, what failed and why, and what to type next. */
export async function summarise(store: Store, run: RunRow, plan: Plan, terminal: Terminal): Promise<void> {
  const groups = run.state === "succeeded" ? [] : await store.failureGroups(run.id);
  terminal.print(summaryLines(run, plan, groups, terminal).join("\n"));
}

export function summaryLines(
  run: RunRow,
  plan: Plan,
  groups: readonly FailureGroup[],
  { paint }: Pick<Terminal, "paint">,
): string[] {
  const counts = countTasks(run);
  const took =
    run.startedAt === undefined || run.endedAt === undefined
      ? ""
      : ` in ${formatDuration(run.endedAt - run.startedAt)}`;
  const parts = (["succeeded", "reused", "failed", "blocked", "cancelled", "skipped"] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`);
  const head = run.state === "succeeded" ? paint.green("✓") : paint.red("✗");
  const lines = [
    "",
    `${head} ${paint.bold(safeText(run.pipeline))} ${run.state}${took}: ${parts.join(", ")} of ${counts.total} tasks`,
  ];
  if (run.state === "cancelled" || run.state === "failed") lines.push(paint.dim(`  ${safeText(run.why)}`));
  if (groups.length > 0) lines.push("", ...groups.slice(0, 10).flatMap((group) => describeGroup(group, plan, paint)));
  if (groups.length > 10)
    lines.push(paint.dim(`  and ${groups.length - 10} more kinds of failure: flotilla tasks --state failed`));
  const next = nextCommands(run, groups);
  if (next.length > 0) lines.push("", paint.dim("next"), ...next.map((command) => `  ${command}`));
  return lines;
}

function describeGroup(
  { tasks, step, class: retryClass, error, example, cause }: FailureGroup,
  plan: Plan,
  paint: Terminal["paint"],
): string[] {
  const place = cause.split(" | ").at(-1);
  const where = place === undefined || place === "" ? "" : ` at ${place}`;
  const head = `${paint.red(`${tasks} ×`)} ${safeText(plan.steps[step]?.name ?? "")} ${paint.dim(retryClass)}  ${safeText(error)}${paint.dim(safeText(where))}`;
  return [head, paint.dim(`    e.g. ${safeText(example)}`)];
}

function nextCommands(run: RunRow, groups: readonly FailureGroup[]): string[] {
  if (run.state === "succeeded") return ["flotilla artifacts", "flotilla tasks"];
  const [first] = groups;
  const commands =
    first === undefined ? [] : [`flotilla logs ${quote(first.example)}`, `flotilla show ${quote(first.example)}`];
  return [...commands, `flotilla restart    ${"# what failed or was cancelled, and what hangs on it"}`];
}

function quote(ref: string): string {
  return /^[A-Za-z0-9_-]+$/.test(ref) ? ref : `'${ref}'`;
}
