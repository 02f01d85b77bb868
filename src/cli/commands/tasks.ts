import type { ListedTask } from "../../api/schemas/task.ts";
import type { RetryClass } from "../../core/retry-class.ts";
import type { TaskState } from "../../core/task-state.ts";
import { type CommandRun, listOption, quantityOption } from "../command.ts";
import { withApi } from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { roughDuration } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import type { TableColumn } from "../format/table.ts";
import { usualTasks } from "../options.ts";
import { pagesOf } from "../pages.ts";
import { printList } from "../print-list.ts";
import { runRef } from "../run-ref.ts";
import { stateLooks, type Terminal } from "../terminal.ts";

const pageTasks = 1000;

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async ({ api }) => {
    const { args, options, terminal } = invocation;
    const most = quantityOption(options, "limit", "whole") ?? usualTasks;
    const { id } = await api.getRun({ run: runRef(args[0]) });
    const selection = {
      step: [...listOption(options, "step")],
      where: [...listOption(options, "where")],
      state: listOption(options, "state") as TaskState[],
      class: listOption(options, "class") as RetryClass[],
    };
    let [shown, total] = [0, 0];
    await printList(taskPages(), { columns: columnsFor(terminal), none: "no such tasks" }, terminal);
    if (shown < total) terminal.note(`${total - shown} more; see them with --limit ${total}`);
    return exitCodes.done.code;

    async function* taskPages(): AsyncGenerator<ListedTask[]> {
      const ask = (page: { limit: number; after?: string }) =>
        api.listTasks({ run: id, ...selection, outputs: terminal.json, ...page });
      for await (const page of pagesOf(ask, { most, page: pageTasks, count: ({ tasks }) => tasks.length })) {
        total = page.total;
        shown += page.tasks.length;
        yield page.tasks;
      }
    }
  });

function columnsFor({ paint }: Pick<Terminal, "paint">): TableColumn<ListedTask>[] {
  return [
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
  ];
}
