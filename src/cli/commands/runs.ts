import { type RunState, runStateFacts } from "../../core/task-state.ts";
import { type CommandRun, listOption, quantityOption } from "../command.ts";
import { isDriven } from "../engine-id.ts";
import { exitCodes } from "../exit-codes.ts";
import { roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { table } from "../format/table.ts";
import { withProject } from "../open-project.ts";
import { usualRuns } from "../options.ts";
import { runJson } from "../run-json.ts";
import { countTasks } from "../../server/runs/count-tasks.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async ({ store }) => {
    const { options, terminal } = invocation;
    const limit = quantityOption(options, "limit", "whole") ?? usualRuns;
    const states = listOption(options, "state") as readonly RunState[];
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
            of: ({ row }) => row.state + (isDriven(row) || runStateFacts[row.state].ended ? "" : ", no engine"),
          },
          { title: "done", of: ({ counts }) => `${counts.succeeded + counts.reused}/${counts.total}`, align: "right" },
          { title: "failed", of: ({ counts }) => String(counts.failed), align: "right" },
          {
            title: "took",
            of: ({ row }) =>
              row.startedAt === undefined ? "" : roughDuration((row.endedAt ?? Date.now()) - row.startedAt),
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
