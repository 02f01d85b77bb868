import { type RunState, runStates } from "../../core/task-state.ts";
import { formatDuration } from "../../core/units.ts";
import { FlotillaError } from "../../core/errors.ts";
import { type CommandRun, listOption, textOption } from "../command.ts";
import { isDriven } from "../engine-id.ts";
import { exitCodes } from "../exit-codes.ts";
import { safeText } from "../format/safe-text.ts";
import { table } from "../format/table.ts";
import { readQuantity, wholeNumber } from "../make-engine.ts";
import { withProject } from "../open-project.ts";
import { countTasks } from "../view/run-lines.ts";
import { runJson } from "./status.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async ({ store }) => {
    const { options, terminal } = invocation;
    const limit = readQuantity("limit", textOption(options, "limit") ?? "20", wholeNumber);
    const states = listOption(options, "state").map(runState);
    const runs = await store.listRuns({ limit, ...(states.length === 0 ? {} : { states }) });
    if (terminal.json) terminal.print(JSON.stringify(runs.map(runJson)));
    else if (runs.length === 0) terminal.print("no runs");
    else {
      const lines = table(
        runs.map((row) => ({ row, counts: countTasks(row) })),
        [
          { title: "run", of: ({ row }) => row.id },
          { title: "pipeline", of: ({ row }) => safeText(row.pipeline) },
          { title: "selection", of: ({ row }) => safeText(row.selection) },
          {
            title: "state",
            of: ({ row }) => row.state + (isDriven(row) || row.endedAt !== undefined ? "" : " (no engine)"),
          },
          { title: "done", of: ({ counts }) => `${counts.succeeded + counts.reused}/${counts.total}`, align: "right" },
          { title: "failed", of: ({ counts }) => String(counts.failed), align: "right" },
          {
            title: "took",
            of: ({ row }) =>
              row.startedAt === undefined ? "" : formatDuration((row.endedAt ?? Date.now()) - row.startedAt),
            align: "right",
          },
          { title: "started", of: ({ row }) => new Date(row.createdAt).toISOString().slice(0, 16).replace("T", " ") },
        ],
        { columns: terminal.columns, bold: terminal.paint.bold },
      );
      terminal.print(lines.join("\n"));
    }
    return exitCodes.done.code;
  });

function runState(text: string): RunState {
  const state = runStates.find((known) => known === text);
  if (state === undefined)
    throw new FlotillaError("USAGE", `${text} is no state of a run`, { mend: `use one of ${runStates.join(", ")}` });
  return state;
}
