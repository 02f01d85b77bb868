import { FlotillaError } from "../../core/errors.ts";
import { stateOf } from "../../core/live-run.ts";
import { retryClasses } from "../../core/retry-class.ts";
import { taskStates } from "../../core/task-state.ts";
import { formatDuration } from "../../core/units.ts";
import type { TaskRow } from "../../store/store.ts";
import { type CommandRun, listOption, textOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { findRun, loadRun } from "../find-run.ts";
import { taskFilter } from "../find-tasks.ts";
import { safeText } from "../format/safe-text.ts";
import { table } from "../format/table.ts";
import { readQuantity, wholeNumber } from "../make-engine.ts";
import { withProject } from "../open-project.ts";
import { stateLooks, type Terminal } from "../terminal.ts";
import { whyWaits } from "../why-waits.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async ({ store }) => {
    const { args, options, terminal } = invocation;
    const row = await findRun(store, args[0]);
    const { plan, live, rows } = await loadRun(store, row);
    const belongs = taskFilter(plan, live.topology, {
      steps: listOption(options, "step"),
      where: listOption(options, "where"),
    });
    const states = knownWords("state", listOption(options, "state"), taskStates);
    const classes = knownWords("class", listOption(options, "class"), retryClasses);
    const limit = readQuantity("limit", textOption(options, "limit") ?? "1000", wholeNumber);
    const stored = new Map(rows.map((task) => [`${task.step}-${task.task}`, task]));
    const waits = await whyWaits(store, live);
    const found: ShownTask[] = [];
    for (const step of live.topology.steps)
      for (let task = 0; task < step.size && found.length < limit; task++) {
        const state = stateOf(live, step.index, task);
        const known = stored.get(`${step.index}-${task}`);
        if (!belongs({ step: step.index, task }) || (states.length > 0 && !states.includes(state))) continue;
        if (classes.length > 0 && (known?.class === undefined || !classes.includes(known.class))) continue;
        const why = known?.why ?? waits({ step: step.index, task });
        found.push({
          ...known,
          ref: step.taskRef(task),
          step: step.name,
          key: step.keyOf(task),
          state,
          why,
          attempts: known?.attempts ?? 0,
        });
      }
    if (terminal.json) terminal.print(JSON.stringify(found));
    else terminal.print(found.length === 0 ? "no such tasks" : describe(found, terminal).join("\n"));
    return exitCodes.done.code;
  });

type ShownTask = Partial<Omit<TaskRow, "step" | "task">> & {
  readonly ref: string;
  readonly step: string;
  readonly key: object;
  readonly state: TaskRow["state"];
  readonly why: string;
  readonly attempts: number;
};

function describe(tasks: readonly ShownTask[], { columns, paint }: Terminal): string[] {
  return table(
    tasks,
    [
      { title: "task", of: ({ ref }) => safeText(ref), least: 16 },
      { title: "state", of: ({ state }) => state, style: (text, { state }) => paint[stateLooks[state].paint](text) },
      { title: "tries", of: ({ attempts }) => String(attempts), align: "right" },
      {
        title: "took",
        of: ({ startedAt, endedAt }) =>
          startedAt === undefined || endedAt === undefined ? "" : formatDuration(endedAt - startedAt),
        align: "right",
      },
      {
        title: "why",
        of: ({ error, why, class: retryClass }) => safeText(error === undefined ? why : `${retryClass}: ${error}`),
        least: 16,
      },
    ],
    { columns, bold: paint.bold },
  );
}

function knownWords<Word extends string>(
  option: string,
  given: readonly string[],
  words: readonly Word[],
): readonly Word[] {
  return given.map((text) => {
    const word = words.find((known) => known === text);
    if (word === undefined)
      throw new FlotillaError("USAGE", `--${option} ${text}: there is no such ${option}`, {
        mend: `use one of ${words.join(", ")}`,
      });
    return word;
  });
}
