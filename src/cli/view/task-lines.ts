import type { InputValue, OutputValue } from "../../core/output-value.ts";
import { taskStateFacts } from "../../core/task-state.ts";
import { formatBytes } from "../../core/units.ts";
import { roughDuration } from "../format/duration.ts";
import { safeLines, safeText } from "../format/safe-text.ts";
import type { NeededTask, ShownAttempt, ShownTask } from "../read-task.ts";
import { type Paint, stateLooks, type Terminal } from "../terminal.ts";

/** Lines of a list; the rest is counted. */
const most = 8;
const longestValue = 200;

/** All about a task, in words. */
export function taskLines(task: ShownTask, { paint }: Pick<Terminal, "paint">): string[] {
  const { state, why, inputs, outputs, needs, attempts } = task;
  const look = stateLooks[state];
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", paint.bold(title), ...lines.map((line) => `  ${line}`)];
  return [
    `${paint.bold(safeText(task.ref))}  ${paint[look.paint](`${look.glyph} ${state}`)}${took(task)}  ${paint.dim(`run ${task.run}`)}`,
    ...(why === "" ? [] : [safeText(why)]),
    ...section("needs", shorten(needs.filter(isTold(state)).map((need) => needLine(need, paint)))),
    ...section(
      "inputs",
      shorten(Object.entries(inputs).map(([name, input]) => `${safeText(name)}: ${inputText(input)}`)),
    ),
    ...section(
      "outputs",
      shorten(Object.entries(outputs).map(([name, item]) => `${safeText(name)}: ${itemText(item)}`)),
    ),
    ...section(
      "attempts",
      attempts.flatMap((attempt) => attemptLines(attempt, paint)),
    ),
  ];
}

function took({ startedAt, endedAt }: ShownTask): string {
  return startedAt === undefined || endedAt === undefined ? "" : ` in ${roughDuration(endedAt - startedAt)}`;
}

/** Of a task that is done, only what went wrong before it is news. */
function isTold(state: ShownTask["state"]): (need: NeededTask) => boolean {
  const { good } = taskStateFacts[state];
  return (need) => !good || !taskStateFacts[need.state].good;
}

function needLine({ ref, state }: NeededTask, paint: Paint): string {
  return `${paint[stateLooks[state].paint](stateLooks[state].glyph)} ${safeText(ref)} ${state}`;
}

function shorten(lines: readonly string[]): string[] {
  return lines.length <= most + 1 ? [...lines] : [...lines.slice(0, most), `and ${lines.length - most} more`];
}

function attemptLines(attempt: ShownAttempt, paint: Paint): string[] {
  const { number, platform, why, evidence, folder } = attempt;
  const facts = [
    evidence?.exitCode === undefined ? undefined : `exit code ${evidence.exitCode}`,
    evidence?.signal === undefined ? undefined : safeText(evidence.signal),
    evidence?.peakMemoryBytes === undefined ? undefined : `peak ${formatBytes(evidence.peakMemoryBytes)}`,
    evidence?.outOfMemory?.limitBytes === undefined
      ? undefined
      : `limit ${formatBytes(evidence.outOfMemory.limitBytes)}`,
    evidence?.cpuSeconds === undefined ? undefined : `${evidence.cpuSeconds.toFixed(2)} s CPU`,
    evidence?.host === undefined ? undefined : `on ${safeText(evidence.host)}`,
    evidence?.pid === undefined ? undefined : `pid ${evidence.pid}`,
  ].filter((fact) => fact !== undefined);
  return [
    `${number}  ${outcomeOf(attempt)} on ${safeText(platform)}  ${paint.dim(startOf(attempt))}`,
    ...(why === "" ? [] : [`   ${safeText(why)}`]),
    ...(facts.length === 0 ? [] : [`   ${facts.join(", ")}`]),
    ...errorLines(attempt, paint),
    `   ${paint.dim(safeText(folder))}`,
  ];
}

function outcomeOf({ state, class: retryClass, evidence, runningAt, endedAt }: ShownAttempt): string {
  if (state !== "ended") return state;
  const outcome = retryClass ?? (evidence?.endedByUs === "cancel" ? "cancelled" : "succeeded");
  return runningAt === undefined || endedAt === undefined
    ? outcome
    : `${outcome} in ${roughDuration(endedAt - runningAt)}`;
}

function startOf({ intendedAt, runningAt }: ShownAttempt): string {
  return new Date(runningAt ?? intendedAt).toISOString().replace("T", " ").slice(0, 19);
}

function errorLines({ evidence }: ShownAttempt, paint: Paint): string[] {
  if (evidence === undefined) return [];
  const { error } = evidence;
  const reason =
    evidence.config?.message ?? evidence.fault ?? evidence.neverStarted ?? evidence.gone ?? evidence.unreachable;
  const stack = error?.stack === undefined ? [] : safeLines(inProject(error.stack)).split("\n");
  return [
    ...(reason === undefined ? [] : [`   ${paint.red(safeText(reason))}`]),
    ...(error === undefined ? [] : [`   ${paint.red(`${safeText(error.type)}: ${safeText(error.message)}`)}`]),
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
  return `${input.rows.length} rows: ${safeText(some.join(", "))}${input.rows.length > 3 ? ", …" : ""}`;
}

function itemText(item: OutputValue): string {
  if ("artifact" in item) {
    const { type, name, bytes, digest } = item.artifact;
    return `${type} ${safeText(name)}, ${formatBytes(bytes)}, ${digest.slice(0, 19)}`;
  }
  const text = JSON.stringify(item.value);
  return safeText(text.length > longestValue ? `${text.slice(0, longestValue)}…` : text);
}
