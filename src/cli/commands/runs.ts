import type { RunSummary } from "../../api/schemas/run.ts";
import { type RunState, runStateFacts } from "../../core/task-state.ts";
import { type CommandRun, listOption, quantityOption } from "../command.ts";
import { withApi } from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import type { TableColumn } from "../format/table.ts";
import { usualRuns } from "../options.ts";
import { pagesOf } from "../pages.ts";
import { printList } from "../print-list.ts";

const pageRuns = 1000;

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async ({ api }) => {
    const { options, terminal } = invocation;
    const most = quantityOption(options, "limit", "whole") ?? usualRuns;
    const state = listOption(options, "state") as RunState[];
    await printList(runPages(), { columns, none: "no runs" }, terminal);
    return exitCodes.done.code;

    async function* runPages(): AsyncGenerator<RunSummary[]> {
      const ask = (page: { limit: number; after?: string }) => api.listRuns({ state, ...page });
      for await (const { runs } of pagesOf(ask, { most, page: pageRuns, count: (page) => page.runs.length }))
        yield runs;
    }
  });

const columns: TableColumn<RunSummary>[] = [
  { title: "run", of: ({ id }) => id },
  { title: "pipeline", of: ({ pipeline }) => safeText(pipeline) },
  { title: "selection", of: ({ selection }) => safeText(selection) },
  { title: "state", of: ({ state, driven }) => state + (driven || runStateFacts[state].ended ? "" : ", no engine") },
  { title: "done", of: ({ tasks }) => `${tasks.succeeded + tasks.reused}/${tasks.total}`, align: "right" },
  { title: "failed", of: ({ tasks }) => String(tasks.failed), align: "right" },
  {
    title: "took",
    of: ({ startedAt, endedAt }) => (startedAt === undefined ? "" : roughDuration((endedAt ?? Date.now()) - startedAt)),
    align: "right",
  },
  { title: "started", of: ({ createdAt }) => new Date(createdAt).toISOString().slice(0, 16).replace("T", " ") },
];
