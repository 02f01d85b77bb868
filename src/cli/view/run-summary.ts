import type { Api, ResponseOf } from "../../api/operations.ts";
import type { RunDetail } from "../../api/schemas/run.ts";
import { countsInWords, totalInWords } from "../../server/runs/count-tasks.ts";
import { shellWord } from "../../server/shell-word.ts";
import { roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { clip, widthOf } from "../format/width.ts";
import type { Paint, Terminal } from "../terminal.ts";

type FailureGroup = ResponseOf<"listFailures">["groups"][number];
type Artifact = ResponseOf<"listArtifacts">["artifacts"][number];

/** Groups shown; the rest is counted. */
const mostGroups = 10;
/** Results named; the rest is listed by `flotilla artifacts`. */
const mostResults = 3;

/** What a summary says of a run. */
export type EndedRun = Pick<
  RunDetail,
  "id" | "pipeline" | "state" | "why" | "startedAt" | "endedAt" | "tasks" | "steps" | "edges"
>;

/** Prints what a person wants to know at the end of a run: what was done, what failed and why, and what to type next. */
export async function summarise(api: Api, run: EndedRun, terminal: Terminal): Promise<void> {
  const [failures, results, newest] = await Promise.all([
    run.tasks.failed === 0 ? { groups: [] } : api.listFailures({ run: run.id }),
    resultsOf(api, run),
    api.getRun({ run: "latest" }),
  ]);
  const groups = failures.groups.toSorted((a, b) => b.tasks - a.tasks);
  const { paint, columns } = terminal;
  const isNewest = newest.id === run.id;
  terminal.print(summaryLines(run, { groups, results }, { paint, columns, isNewest }).join("\n"));
}

/** What the last steps made: those that nobody reads, and that ran once. */
async function resultsOf(api: Api, { id, steps, edges }: EndedRun): Promise<Artifact[]> {
  const last = steps.filter(
    ({ name, tasks, counts, outputs }) =>
      tasks === 1 &&
      counts.succeeded + counts.reused > 0 &&
      outputs.some(({ type }) => type === "file" || type === "folder") &&
      edges.every(({ from }) => from !== name),
  );
  if (last.length === 0) return [];
  const { artifacts } = await api.listArtifacts({
    run: id,
    step: last.slice(0, mostResults + 1).map(({ name }) => name),
    limit: mostResults + 1,
  });
  return artifacts;
}

export interface SummaryOptions {
  readonly paint: Paint;
  readonly columns: number;
  /** Commands mean the newest run unless they name another. */
  readonly isNewest: boolean;
}

export function summaryLines(
  run: EndedRun,
  { groups, results }: { readonly groups: readonly FailureGroup[]; readonly results: readonly Artifact[] },
  options: SummaryOptions,
): string[] {
  const { paint } = options;
  const next = [...resultCommands(run, results, options), ...failureCommands(run, groups, options)];
  return [
    "",
    ...outcome(run, paint),
    ...describeGroups(groups, options),
    ...(next.length === 0 ? [] : ["", ...alignComments(next, options)]),
  ];
}

function outcome(run: EndedRun, paint: Paint): string[] {
  const { startedAt, endedAt, tasks: counts } = run;
  const took = startedAt === undefined || endedAt === undefined ? "" : ` in ${roughDuration(endedAt - startedAt)}`;
  const done = countsInWords(counts, ["succeeded", "reused", "failed", "blocked", "cancelled", "skipped"]);
  const mark = run.state === "succeeded" ? paint.green("✓") : paint.red("✗");
  const line = `${mark} ${paint.bold(safeText(run.pipeline))} ${run.state}${took}: ${done || "nothing"} of ${totalInWords(counts)}`;
  return run.state === "succeeded" || run.why === "" ? [line] : [line, paint.dim(`  ${safeText(run.why)}`)];
}

function describeGroups(groups: readonly FailureGroup[], { paint, columns }: SummaryOptions): string[] {
  if (groups.length === 0) return [];
  const rest = groups.length - mostGroups;
  return [
    "",
    ...groups.slice(0, mostGroups).flatMap(({ tasks, step, class: retryClass, error, example, at }) => {
      const where = at === undefined ? "" : ` at ${safeText(at)}`;
      return [
        `${paint.red(`${tasks} ×`)} ${safeText(step)} ${paint.dim(retryClass)}  ${safeText(error)}${paint.dim(where)}`,
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

/** How to get at the results. */
function resultCommands(run: EndedRun, results: readonly Artifact[], { isNewest }: SummaryOptions): NextCommand[] {
  const found = results.map(({ task, output, name }) => ({
    command: `flotilla artifacts ${quote(task)} ${quote(output)}${isNewest ? "" : ` --run ${run.id}`}`,
    comment: `get ${safeText(name)}`,
  }));
  if (found.length > 0 && found.length <= mostResults) return found;
  if (run.state !== "succeeded") return [];
  const { command, comment } = { command: "flotilla tasks", comment: "what each task did" };
  return [...found.slice(0, mostResults), { command: `${command}${isNewest ? "" : ` ${run.id}`}`, comment }];
}

function failureCommands(run: EndedRun, [first]: readonly FailureGroup[], { isNewest }: SummaryOptions): NextCommand[] {
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
