import type { Plan } from "../../core/plan.ts";
import { makeTopology } from "../../core/topology.ts";
import type { FailureGroup, RunRow } from "../../store/store.ts";
import { namedRun } from "../named-run.ts";
import { roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { clip, widthOf } from "../format/width.ts";
import type { Project } from "../open-project.ts";
import type { Paint, Terminal } from "../terminal.ts";
import { shellWord } from "../../server/shell-word.ts";
import { countsInWords, countTasks, totalInWords } from "../../server/runs/count-tasks.ts";

/** Groups shown; the rest is counted. */
const mostGroups = 10;
/** Results named; the rest is listed by `flotilla artifacts`. */
const mostResults = 3;

/** Prints what a person wants to know at the end of a run: what was done, what failed and why, and what to type next. */
export async function summarise(project: Project, run: RunRow, plan: Plan, terminal: Terminal): Promise<void> {
  const groups = run.state === "succeeded" ? [] : await project.store.failureGroups(run.id);
  const isNewest = (await namedRun(project, undefined)).id === run.id;
  const { paint, columns } = terminal;
  terminal.print(summaryLines(run, plan, groups, { paint, columns, isNewest }).join("\n"));
}

export interface SummaryOptions {
  readonly paint: Paint;
  readonly columns: number;
  /** Commands mean the newest run unless they name another. */
  readonly isNewest: boolean;
}

export function summaryLines(
  run: RunRow,
  plan: Plan,
  groups: readonly FailureGroup[],
  options: SummaryOptions,
): string[] {
  const { paint } = options;
  const next = [...resultCommands(run, plan, options), ...failureCommands(run, groups, options)];
  return [
    "",
    ...outcome(run, paint),
    ...describeGroups(groups, plan, options),
    ...(next.length === 0 ? [] : ["", ...alignComments(next, options)]),
  ];
}

function outcome(run: RunRow, paint: Paint): string[] {
  const counts = countTasks(run);
  const { startedAt, endedAt } = run;
  const took = startedAt === undefined || endedAt === undefined ? "" : ` in ${roughDuration(endedAt - startedAt)}`;
  const done = countsInWords(counts, ["succeeded", "reused", "failed", "blocked", "cancelled", "skipped"]);
  const mark = run.state === "succeeded" ? paint.green("✓") : paint.red("✗");
  const line = `${mark} ${paint.bold(safeText(run.pipeline))} ${run.state}${took}: ${done || "nothing"} of ${totalInWords(counts)}`;
  return run.state === "succeeded" || run.why === "" ? [line] : [line, paint.dim(`  ${safeText(run.why)}`)];
}

function describeGroups(groups: readonly FailureGroup[], plan: Plan, { paint, columns }: SummaryOptions): string[] {
  if (groups.length === 0) return [];
  const rest = groups.length - mostGroups;
  return [
    "",
    ...groups.slice(0, mostGroups).flatMap(({ tasks, step, class: retryClass, error, example, cause }) => {
      const place = cause.split(" | ").at(-1) ?? "";
      const where = place === "" ? "" : ` at ${safeText(place)}`;
      const name = safeText(plan.steps[step]?.name ?? "");
      return [
        `${paint.red(`${tasks} ×`)} ${name} ${paint.dim(retryClass)}  ${safeText(error)}${paint.dim(where)}`,
        clip(paint.dim(`    e.g. ${safeText(example)}`), columns),
      ];
    }),
    ...(rest > 0 ? [paint.dim(`and ${rest} more causes: flotilla tasks --state failed`)] : []),
  ];
}

interface NextCommand {
  readonly command: string;
  readonly comment: string;
}

/** How to get at what the last steps made: those that nobody reads, and that ran once. */
function resultCommands(run: RunRow, plan: Plan, { isNewest }: SummaryOptions): NextCommand[] {
  const found = makeTopology(plan).steps.flatMap((step): NextCommand[] => {
    const { succeeded, reused } = run.counts[step.index]!;
    if (step.size !== 1 || step.downstream.length > 0 || succeeded + reused === 0) return [];
    return Object.entries(plan.steps[step.index]!.outputs)
      .filter(([, { type }]) => type === "file" || type === "folder")
      .map(([name, { path }]) => ({
        command: `flotilla artifacts ${quote(step.taskRef(0))} ${quote(name)}${isNewest ? "" : ` --run ${run.id}`}`,
        comment: `get ${safeText(path ?? name)}`,
      }));
  });
  if (found.length > 0 && found.length <= mostResults) return found;
  if (run.state !== "succeeded") return [];
  const { command, comment } = { command: "flotilla tasks", comment: "what each task did" };
  return [...found.slice(0, mostResults), { command: `${command}${isNewest ? "" : ` ${run.id}`}`, comment }];
}

function failureCommands(run: RunRow, [first]: readonly FailureGroup[], { isNewest }: SummaryOptions): NextCommand[] {
  if (run.state === "succeeded") return [];
  const logs: NextCommand[] =
    first === undefined
      ? []
      : [
          {
            command: `flotilla logs ${quote(first.example)}${isNewest ? "" : ` --run ${run.id}`}`,
            comment: "what it printed",
          },
        ];
  const restart = `flotilla restart${isNewest ? "" : ` ${run.id}`}`;
  return [...logs, { command: restart, comment: "what failed, and what hangs on it" }];
}

/** Comments stand below each other where there is room, else behind their commands, else nowhere. */
function alignComments(commands: readonly NextCommand[], { paint, columns }: SummaryOptions): string[] {
  const longest = Math.max(...commands.map(({ command }) => command.length));
  return commands.map(({ command, comment }) => {
    const padded = [command.padEnd(longest), command].find((text) => widthOf(`  ${text}   # ${comment}`) <= columns);
    return padded === undefined ? `  ${command}` : `  ${padded}   ${paint.dim(`# ${comment}`)}`;
  });
}

/** A word of a command as it is typed and can be shown. */
export function quote(word: string): string {
  return shellWord(safeText(word));
}
