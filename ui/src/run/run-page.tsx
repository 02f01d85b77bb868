import { useQuery } from "@tanstack/react-query";
import { lazyRouteComponent, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { loadCode } from "../api/load-code.ts";
import { useWatchedRun } from "../api/live/use-live.ts";
import { runQuery } from "../api/runs.ts";
import { useKeys } from "../components/keys.ts";
import { Failure } from "../components/notice.tsx";
import { useDocumentTitle } from "../components/use-document-title.ts";
import { DeletedRun } from "./deleted-run.tsx";
import { RunHeader, RunHeaderSkeleton } from "./run-header.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { usePreloadedCode, usePreloadedViews } from "./use-preload.ts";
import { isEverything } from "./selection.ts";
import { useOpenTask, useRunId, useRunSearch, useSelection } from "./use-run.ts";
import { ViewTabs } from "./view-tabs.tsx";

// Not React's own lazy: that suspends even when the code is there, and then shows nothing for 300 ms.
const TaskPanel = lazyRouteComponent(() => loadCode(() => import("../task/task-panel.tsx")), "TaskPanel");

/** A run: how it stands, and the views that share one selection. A task opens beside them. */
export function RunPage() {
  const id = useRunId();
  const { data: run, error, refetch } = useQuery(runQuery(id));
  const { task } = useRunSearch();
  const { selection, clear } = useSelection();
  const openTask = useOpenTask();
  // Events name a run by its whole id; the address may hold the beginning of one.
  useWatchedRun(run?.id ?? id);
  usePreloadedCode(run !== undefined, TaskPanel.preload);
  const preloadViews = usePreloadedViews(run);
  useDocumentTitle(run ? `${run.pipeline} ${run.state}` : "Run");
  useKeys({
    Escape: () => {
      if (task !== undefined) return openTask(undefined);
      if (isEverything(selection)) return false;
      clear();
    },
  });

  if (error && !run) {
    return (
      <>
        <h1 className="sr-only">Run {id}</h1>
        <Failure error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return (
    <div className="flex h-full flex-col">
      <DeletedRun run={run?.id} />
      {run ? <RunHeader run={run} /> : <RunHeaderSkeleton />}
      <div className="flex min-h-10 flex-wrap items-center gap-x-6 border-b border-line px-4">
        <ViewTabs run={run} onPoint={preloadViews} />
        <SelectionBar />
      </div>
      <div className="relative flex min-h-0 flex-1">
        <section aria-label="View" className="min-h-0 min-w-0 flex-1">
          <Outlet />
        </section>
        {task !== undefined && (
          <Suspense>
            <TaskPanel key={task} task={task} />
          </Suspense>
        )}
      </div>
    </div>
  );
}
