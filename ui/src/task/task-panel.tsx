import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { taskQuery } from "../api/tasks.ts";
import { IconButton } from "../components/button.tsx";
import { CopyButton } from "../components/copy.tsx";
import { Failure } from "../components/notice.tsx";
import { SkeletonBlock } from "../components/skeleton.tsx";
import { TaskStateMark } from "../components/state.tsx";
import { splitRef } from "../format/key.ts";
import { safeText } from "../format/safe-text.ts";
import { LogViewer } from "../logs/log-viewer.tsx";
import { panelTabs, type PanelTab } from "../run/run-search.ts";
import { useChangeSearch, useOpenTask, useRunId, useRunSearch } from "../run/use-run.ts";
import { AttemptMenu } from "./attempt-menu.tsx";
import { TaskOverview } from "./task-overview.tsx";
import { TaskValues } from "./task-values.tsx";
import { useStream } from "./use-stream.ts";

const tabNames: Readonly<Record<PanelTab, string>> = { overview: "Overview", values: "Inputs and outputs", log: "Log" };

/** All about one task, beside whatever view is open. */
export function TaskPanel({ task }: { readonly task: string }) {
  const run = useRunId();
  const search = useRunSearch();
  const change = useChangeSearch();
  const openTask = useOpenTask();
  const { data, error, refetch } = useQuery(taskQuery(run, task));
  const [stream, setStream] = useStream();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  const { step, key } = splitRef(task);
  const tab = search.panel ?? "overview";
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={`Task ${safeText(task, 200)}`}
      className="absolute inset-y-0 right-0 z-20 flex w-[min(760px,92vw)] flex-col border-l border-line bg-surface shadow-(--shadow) outline-none min-[1300px]:static min-[1300px]:w-[clamp(500px,40vw,860px)] min-[1300px]:shadow-none"
    >
      <header className="border-b border-line px-4 pt-2.5">
        <div className="flex items-start gap-2">
          <div className="min-w-0 flex-1 pt-1">
            <h2 className="flex items-baseline gap-2">
              <span className="truncate text-lg font-semibold">{safeText(step, 120)}</span>
              {data && <TaskStateMark state={data.state} />}
            </h2>
            {key !== "" && <p className="code break-words text-soft">{safeText(key, 1_000)}</p>}
          </div>
          <CopyButton text={task} label="Copy the task’s name" />
          <IconButton label="Close (Esc)" icon={X} onClick={() => openTask(undefined)} />
        </div>
        <div className="mt-1 flex items-center">
          <div role="tablist" aria-label="Parts of the task" className="-ml-2.5 flex">
            {panelTabs.map((name) => (
              <button
                key={name}
                type="button"
                role="tab"
                id={`tab-${name}`}
                aria-selected={name === tab}
                aria-controls="task-part"
                onClick={() => change({ panel: name, at: undefined }, { replace: true })}
                className="relative h-9 px-2.5 text-sm font-medium text-soft hover:text-ink aria-selected:text-ink aria-selected:after:absolute aria-selected:after:inset-x-2.5 aria-selected:after:-bottom-px aria-selected:after:h-0.5 aria-selected:after:bg-ink"
              >
                {tabNames[name]}
              </button>
            ))}
          </div>
          {data && tab === "log" && <AttemptMenu task={data} attempt={search.attempt} />}
        </div>
      </header>
      <div id="task-part" role="tabpanel" aria-labelledby={`tab-${tab}`} className="min-h-0 flex-1">
        {tab === "log" ? (
          <LogViewer
            key={`${search.attempt ?? "last"} ${search.at ?? ""} ${stream ?? ""} ${search.attempt === undefined ? (data?.attempts ?? 0) : ""}`}
            run={run}
            task={task}
            attempt={search.attempt}
            startAt={search.at}
            stream={stream}
            find={search.text}
            onStream={setStream}
          />
        ) : error && !data ? (
          <div className="p-4">
            <Failure error={error} onRetry={() => void refetch()} />
          </div>
        ) : !data ? (
          <div className="flex flex-col gap-3 p-4">
            <SkeletonBlock className="h-4 w-3/4" />
            <SkeletonBlock className="h-20 w-full" />
            <SkeletonBlock className="h-36 w-full" />
          </div>
        ) : tab === "values" ? (
          <TaskValues task={data} />
        ) : (
          <TaskOverview task={data} />
        )}
      </div>
    </aside>
  );
}
