import { useQuery } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { runQuery } from "../api/runs.ts";
import { loadTasks, taskKeys, tasksAtOnce } from "../api/tasks.ts";
import { Button } from "../components/button.tsx";
import { CopyButton } from "../components/copy.tsx";
import { Empty } from "../components/notice.tsx";
import { Rows } from "../components/rows.tsx";
import { formatCounted } from "../format/number.ts";
import { isEverything, selectionOptions } from "../run/selection.ts";
import { narrowed } from "../run/view-queries.ts";
import { useChangeSearch, useOpenTask, useRunId, useRunSearch, useSelection } from "../run/use-run.ts";
import { ConditionBox } from "./condition-box.tsx";
import { ColumnMenu } from "./column-menu.tsx";
import { StepMenu } from "./step-menu.tsx";
import { defaultColumns, taskColumns, chosenColumns } from "./task-columns.tsx";

/** All tasks of the run that the selection leaves, sorted by anything. */
export function TasksView() {
  const run = useRunId();
  const { data: detail } = useQuery(runQuery(run));
  const search = useRunSearch();
  const change = useChangeSearch();
  const openTask = useOpenTask();
  const { selection, clear } = useSelection();
  const [total, setTotal] = useState<number>();
  const onPage = useCallback((page: ResponseOf<"listTasks">) => setTotal(page.total), []);

  const all = useMemo(() => (detail ? taskColumns(detail, selection) : []), [detail, selection]);
  // An old link may sort by what this run does not have.
  const sort = all.some((column) => column.sort === search.sort?.replace(/^-/, "")) ? search.sort : undefined;
  const filter = useMemo(() => ({ ...narrowed(selection), sort }), [selection, sort]);
  const shown = search.columns ?? defaultColumns(all);
  const columns = useMemo(() => chosenColumns(all, shown), [all, shown]);
  const options = selectionOptions(selection);
  if (!detail) return null;
  return (
    <div className="flex h-full flex-col">
      <div className="flex flex-wrap items-center gap-2 px-4 py-2">
        <ConditionBox dimensions={detail.dimensions} />
        <StepMenu steps={detail.steps} />
        <span className="num text-sm text-faint" role="status">
          {total === undefined ? "" : formatCounted(total, "task")}
        </span>
        <span className="ml-auto flex items-center gap-1">
          <ColumnMenu all={all} shown={shown} onChange={(next) => change({ columns: next }, { replace: true })} />
          <CopyButton
            text={`flotilla tasks ${detail.id}${options === "" ? "" : ` ${options}`}`}
            label="Copy the command that lists these"
          />
        </span>
      </div>
      <div className="min-h-0 flex-1 border-t border-line">
        <Rows
          label="Tasks"
          columns={columns}
          rowHeight={32}
          pageSize={tasksAtOnce}
          queryKey={taskKeys.list(run, filter)}
          load={(after, signal) => loadTasks(run, filter, after, signal)}
          rowsOf={(page) => page.tasks}
          nextOf={(page) => page.next}
          keyOf={(task) => task.ref}
          selected={search.task}
          onOpen={(task) => openTask(task.ref)}
          sort={sort}
          onSort={(sort) => change({ sort }, { replace: true })}
          onPage={onPage}
          empty={
            isEverything(selection) ? (
              <Empty icon={ListChecks} title="This run has no tasks" />
            ) : (
              <Empty icon={ListChecks} title="No task is like that">
                <Button onClick={clear}>Clear the selection</Button>
              </Empty>
            )
          }
        />
      </div>
    </div>
  );
}
