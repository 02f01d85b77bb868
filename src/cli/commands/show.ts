import { stateOf } from "../../core/live-run.ts";
import type { Json } from "../../core/json.ts";
import type { InputValue, OutputValue } from "../../core/output-value.ts";
import { formatBytes, formatDuration } from "../../core/units.ts";
import type { AttemptSpec } from "../../platforms/platform.ts";
import { attemptFolder } from "../../platforms/local/attempt-folder.ts";
import type { AttemptRow } from "../../store/store.ts";
import { type CommandRun, textOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { findRun, loadRun } from "../find-run.ts";
import { findTask } from "../find-tasks.ts";
import { safeLines, safeText } from "../format/safe-text.ts";
import { withProject } from "../open-project.ts";
import type { Terminal } from "../terminal.ts";
import { whyWaits } from "../why-waits.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async ({ store, flotilla }) => {
    const { args, options, terminal } = invocation;
    const row = await findRun(store, textOption(options, "run"));
    const { plan, live, rows } = await loadRun(store, row);
    const { step, task } = findTask(plan, live.topology, args[0]!);
    const known = rows.find((one) => one.step === step && one.task === task);
    const attempts = await store.listAttempts(row.id, { step, task });
    const spec = attempts.at(-1)?.spec as AttemptSpec | null | undefined;
    const shape = live.topology.steps[step]!;
    const shown = {
      run: row.id,
      ref: shape.taskRef(task),
      step: shape.name,
      key: shape.keyOf(task),
      state: stateOf(live, step, task),
      why: known?.why ?? (await whyWaits(store, live))({ step, task }),
      class: known?.class,
      error: known?.error,
      inputs: spec?.inputs ?? {},
      outputs: known?.outputs ?? {},
      work: plan.steps[step]!.work,
      attempts: attempts.map((attempt) => ({
        ...attempt,
        spec: undefined,
        folder: attemptFolder(flotilla, attempt.id).root,
      })),
    };
    terminal.print(terminal.json ? JSON.stringify(shown) : describe(shown, terminal).join("\n"));
    return exitCodes.done.code;
  });

interface Shown {
  readonly run: string;
  readonly ref: string;
  readonly state: string;
  readonly why: string;
  readonly inputs: Readonly<Record<string, InputValue>>;
  readonly outputs: Readonly<Record<string, OutputValue>>;
  readonly attempts: readonly (Omit<AttemptRow, "spec"> & { readonly folder: string })[];
}

function describe({ run: id, ref, state, why, inputs, outputs, attempts }: Shown, { paint }: Terminal): string[] {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", paint.bold(title), ...lines.map((line) => `  ${line}`)];
  return [
    `${paint.bold(safeText(ref))} ${state}  ${paint.dim(`run ${id}`)}`,
    ...(why === "" ? [] : [safeText(why)]),
    ...section(
      "inputs",
      Object.entries(inputs).map(([name, input]) => `${name}: ${describeInput(input)}`),
    ),
    ...section(
      "outputs",
      Object.entries(outputs).map(([name, output]) => `${name}: ${describeItem(output)}`),
    ),
    ...section(
      "attempts",
      attempts.flatMap((attempt) => describeAttempt(attempt)),
    ),
  ];
}

function describeAttempt({
  number,
  state,
  class: retryClass,
  platform,
  why,
  evidence,
  runningAt,
  endedAt,
  folder,
}: Shown["attempts"][number]): string[] {
  const took = runningAt === undefined || endedAt === undefined ? "" : ` in ${formatDuration(endedAt - runningAt)}`;
  const outcome =
    state === "ended" ? (retryClass ?? (evidence?.endedByUs === "cancel" ? "cancelled" : "succeeded")) : state;
  const facts = [
    evidence?.exitCode === undefined ? undefined : `exit code ${evidence.exitCode}`,
    evidence?.signal,
    evidence?.peakMemoryBytes === undefined ? undefined : `peak ${formatBytes(evidence.peakMemoryBytes)}`,
    evidence?.outOfMemory?.limitBytes === undefined
      ? undefined
      : `limit ${formatBytes(evidence.outOfMemory.limitBytes)}`,
    evidence?.cpuSeconds === undefined ? undefined : `${evidence.cpuSeconds.toFixed(2)} s CPU`,
  ].filter((fact) => fact !== undefined);
  const reason = evidence?.config?.message ?? evidence?.gone ?? evidence?.neverStarted ?? evidence?.fault;
  const { error } = evidence ?? {};
  return [
    `${number}  ${outcome}${took} on ${platform}  ${facts.join(", ")}`,
    `   ${safeText(why)}`,
    ...(reason === undefined ? [] : [`   ${safeText(reason)}`]),
    ...(error === undefined
      ? []
      : [
          `   ${safeText(error.type)}: ${safeText(error.message)}`,
          ...safeLines(inProject(error.stack ?? ""))
            .split("\n")
            .map((line) => `     ${line}`),
        ]),
    `   ${folder}`,
  ];
}

/** Tasks run from a snapshot of the project's files; a person knows them by where they lie in the project. */
function inProject(stack: string): string {
  return stack.trimEnd().replaceAll(/\/\S*\/\.flotilla\/code\/[0-9a-f]+\//g, "");
}

function describeInput(input: InputValue): string {
  if (!("rows" in input)) return describeItem(input);
  const some = input.rows.slice(0, 3).map(({ key, item }) => `${Object.values(key).join("/")} = ${describeItem(item)}`);
  return `${input.rows.length} rows: ${safeText(some.join(", "))}${input.rows.length > 3 ? ", …" : ""}`;
}

function describeItem(item: OutputValue): string {
  if ("artifact" in item)
    return `${item.artifact.type} ${safeText(item.artifact.name)}, ${formatBytes(item.artifact.bytes)}, ${item.artifact.digest.slice(0, 19)}`;
  const text = JSON.stringify(item.value satisfies Json);
  return safeText(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
