import type { TaskDetail } from "../../api/schemas/task.ts";
import { taskStateFacts } from "../../core/task-state.ts";
import { formatBytes } from "../../core/units.ts";
import { roughDuration } from "../format/duration.ts";
import { safeLines, safeText } from "../format/safe-text.ts";
import { type Paint, stateLooks, type Terminal } from "../terminal.ts";

type NeededTask = TaskDetail["needs"][number];
type Attempt = TaskDetail["attemptsMade"][number];
type InputValue = TaskDetail["inputs"][number]["value"];
type OutputValue = Exclude<InputValue, { rows: unknown }>;

/** Lines of a list; the rest is counted. */
const most = 8;
const longestValue = 200;

/** All about a task, in words. */
export function taskLines(task: TaskDetail, { paint }: Pick<Terminal, "paint">): string[] {
  const { state, why, inputs, outputs, needs, needsTotal, attemptsMade } = task;
  const look = stateLooks[state];
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", paint.bold(title), ...lines.map((line) => `  ${line}`)];
  return [
    `${paint.bold(safeText(task.ref))}  ${paint[look.paint](`${look.glyph} ${state}`)}${took(task)}  ${paint.dim(`run ${task.run}`)}`,
    ...(why === "" ? [] : [safeText(why)]),
    ...section(
      "needs",
      shorten(
        needs.filter(isTold(state)).map((need) => needLine(need, paint)),
        needsTotal - needs.length,
      ),
    ),
    ...section("inputs", shorten(inputs.map(({ name, value }) => `${safeText(name)}: ${inputText(value)}`))),
    ...section(
      "outputs",
      shorten(
        outputs.flatMap(({ name, value }) => (value === undefined ? [] : [`${safeText(name)}: ${itemText(value)}`])),
      ),
    ),
    ...section(
      "attempts",
      attemptsMade.flatMap((attempt) => attemptLines(attempt, paint)),
    ),
  ];
}

function took({ startedAt, endedAt }: TaskDetail): string {
  return startedAt === undefined || endedAt === undefined ? "" : ` in ${roughDuration(endedAt - startedAt)}`;
}

/** Of a task that is done, only what went wrong before it is news. */
function isTold(state: TaskDetail["state"]): (need: NeededTask) => boolean {
  const { good } = taskStateFacts[state];
  return (need) => !good || !taskStateFacts[need.state].good;
}

function needLine({ ref, state }: NeededTask, paint: Paint): string {
  return `${paint[stateLooks[state].paint](stateLooks[state].glyph)} ${safeText(ref)} ${state}`;
}

/** `unlisted` come on top of the lines. */
function shorten(lines: readonly string[], unlisted = 0): string[] {
  if (lines.length === 0 || (lines.length <= most + 1 && unlisted === 0)) return [...lines];
  const shown = lines.slice(0, most);
  return [...shown, `and ${lines.length - shown.length + unlisted} more`];
}

function attemptLines(attempt: Attempt, paint: Paint): string[] {
  const { number, platform, why, evidence = {}, used, folder, host, image, pid } = attempt;
  const { exitCode, signal, outOfMemory } = evidence;
  const limit = isObject(outOfMemory) ? outOfMemory["limitBytes"] : undefined;
  const facts = [
    typeof exitCode === "number" ? `exit code ${exitCode}` : undefined,
    typeof signal === "string" ? safeText(signal) : undefined,
    used?.peakMemoryBytes === undefined ? undefined : `peak ${formatBytes(used.peakMemoryBytes)}`,
    typeof limit === "number" ? `limit ${formatBytes(limit)}` : undefined,
    used?.cpuSeconds === undefined ? undefined : `${used.cpuSeconds.toFixed(2)} s CPU`,
    host === undefined ? undefined : `on ${safeText(host)}`,
    pid === undefined ? undefined : `pid ${pid}`,
  ].filter((fact) => fact !== undefined);
  return [
    `${number}  ${outcomeOf(attempt)} on ${safeText(platform)}  ${paint.dim(startOf(attempt))}`,
    ...(why === "" ? [] : [`   ${safeText(why)}`]),
    ...(facts.length === 0 ? [] : [`   ${facts.join(", ")}`]),
    ...(image === undefined ? [] : [`   in ${safeText(image)}`]),
    ...errorLines(attempt, paint),
    ...(folder === undefined ? [] : [`   ${paint.dim(safeText(folder))}`]),
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function outcomeOf({ state, class: retryClass, ending, runningAt, endedAt }: Attempt): string {
  if (state !== "ended") return state;
  const outcome = retryClass ?? (ending === "cancelled" ? "cancelled" : "succeeded");
  return runningAt === undefined || endedAt === undefined
    ? outcome
    : `${outcome} in ${roughDuration(endedAt - runningAt)}`;
}

function startOf({ intendedAt, runningAt }: Attempt): string {
  return new Date(runningAt ?? intendedAt).toISOString().replace("T", " ").slice(0, 19);
}

/** What the task's own code raised, with its stack; of another end what happened, and what to do about it. */
function errorLines({ class: retryClass, ending, error }: Attempt, paint: Paint): string[] {
  if (error === undefined)
    return retryClass === undefined || ending === undefined ? [] : [`   ${paint.red(safeText(ending))}`];
  const stack = error.stack === undefined ? [] : safeLines(inProject(error.stack)).split("\n");
  return [
    `   ${paint.red(`${safeText(error.type)}: ${safeText(error.message)}`)}`,
    ...stack.map((line) => `     ${line}`),
  ];
}

/** Tasks run from a snapshot of the project's files; a person knows them by where they lie in the project. */
function inProject(stack: string): string {
  return stack.trimEnd().replaceAll(/\/[^\s"]*\/\.flotilla\/code\/[0-9a-f]+\//g, "");
}

function inputText(input: InputValue): string {
  if (!("rows" in input)) return itemText(input);
  const some = input.rows.slice(0, 3).map(({ key, item }) => `${Object.values(key).join("/")} = ${itemText(item)}`);
  return `${input.total} rows: ${safeText(some.join(", "))}${input.total > 3 ? ", …" : ""}`;
}

function itemText(item: OutputValue): string {
  if ("artifact" in item) {
    const { type, name, bytes, digest } = item.artifact;
    return `${type} ${safeText(name)}, ${formatBytes(bytes)}, ${digest.slice(0, 19)}`;
  }
  const text = JSON.stringify(item.value);
  return safeText(text.length > longestValue ? `${text.slice(0, longestValue)}…` : text);
}
