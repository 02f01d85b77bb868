import { type LiveRun, stateOf } from "../../core/live-run.ts";
import type { TaskRow } from "../../store/store.ts";
import { type CommandRun, listOption, type Options, quantityOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadRun } from "../../server/runs/find-run.ts";
import { namedRun } from "../named-run.ts";
import { taskFilter, type TaskNumber } from "../../server/tasks/find-tasks.ts";
import { roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { table } from "../format/table.ts";
import { withProject } from "../open-project.ts";
import { usualTasks } from "../options.ts";
import { stateLooks, type Terminal } from "../terminal.ts";
import { type WhyWaits, whyWaits } from "../../server/tasks/why-waits.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    const row = await namedRun(project, args[0]);
    const { plan, live, rows } = await loadRun(project.store, row);
    const filter = { steps: listOption(options, "step"), where: listOption(options, "where") };
    const belongs = taskFilter(plan, live.topology, filter);
    const found = chooseTasks(live, rows, options).filter(({ number }) => belongs(number));
    const shown = found.slice(0, quantityOption(options, "limit", "whole") ?? usualTasks);
    const waits = await whyWaits(project.store, live);
    const tasks = shown.map(({ number, known }) => describeTask(live, number, known, waits));
    if (terminal.json) terminal.print(JSON.stringify(tasks));
    else terminal.print(tasks.length === 0 ? "no such tasks" : taskTable(tasks, terminal).join("\n"));
    if (shown.length < found.length)
      terminal.note(`${found.length - shown.length} more; see them with --limit ${found.length}`);
    return exitCodes.done.code;
  });

interface Chosen {
  readonly number: TaskNumber;
  /** Absent while it waits. */
  readonly known: TaskRow | undefined;
}

/** The tasks in these states and classes, those that wait included, in order of the plan. */
function chooseTasks(live: LiveRun, rows: readonly TaskRow[], options: Options): Chosen[] {
  const [states, classes] = [listOption(options, "state"), listOption(options, "class")];
  const stored = live.steps.map(() => new Map<number, TaskRow>());
  for (const row of rows) stored[row.step]!.set(row.task, row);
  const found: Chosen[] = [];
  for (const { index: step, size } of live.topology.steps)
    for (let task = 0; task < size; task++) {
      if (states.length > 0 && !states.includes(stateOf(live, step, task))) continue;
      const known = stored[step]!.get(task);
      if (classes.length > 0 && (known?.class === undefined || !classes.includes(known.class))) continue;
      found.push({ number: { step, task }, known });
    }
  return found;
}

type ShownTask = ReturnType<typeof describeTask>;

function describeTask(live: LiveRun, number: TaskNumber, known: TaskRow | undefined, waits: WhyWaits) {
  const { step, task } = number;
  const shape = live.topology.steps[step]!;
  return {
    ref: shape.taskRef(task),
    step: shape.name,
    key: shape.keyOf(task),
    state: stateOf(live, step, task),
    why: waits(number) || (known?.why ?? ""),
    attempts: known?.attempts ?? 0,
    class: known?.class,
    cause: known?.cause,
    error: known?.error,
    outputs: known?.outputs,
    readyAt: known?.readyAt,
    startedAt: known?.startedAt,
    endedAt: known?.endedAt,
  };
}

function taskTable(tasks: readonly ShownTask[], { columns, paint }: Terminal): string[] {
  return table(
    tasks,
    [
      { title: "task", of: ({ ref }) => safeText(ref), least: 16 },
      {
        title: "state",
        of: ({ state }) => `${stateLooks[state].glyph} ${state}`,
        style: (text, { state }) => paint[stateLooks[state].paint](text),
        least: 11,
      },
      { title: "tries", of: ({ attempts }) => String(attempts), align: "right" },
      {
        title: "took",
        of: ({ startedAt, endedAt }) =>
          startedAt === undefined || endedAt === undefined ? "" : roughDuration(endedAt - startedAt),
        align: "right",
      },
      {
        title: "why",
        of: ({ error, why, class: retryClass, state }) =>
          safeText(error !== undefined && state === "failed" ? `${retryClass}: ${error}` : why),
        least: 16,
      },
    ],
    { columns, bold: paint.bold },
  );
}
