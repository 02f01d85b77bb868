import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartGantt } from "lucide-react";
import { runQuery } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { Empty, Failure } from "../components/notice.tsx";
import { SkeletonBlock } from "../components/skeleton.tsx";
import { now } from "../components/now.ts";
import { Timeline } from "../canvas/timeline/timeline.tsx";
import { toggle } from "./selection.ts";
import { timelineQuery } from "./view-queries.ts";
import { useChangeSearch, useOpenTask, useRunId, useRunSearch, useSelection } from "./use-run.ts";

/** What went on when: a lane for each step or place, and where the time went. */
export function TimelineView() {
  const id = useRunId();
  const { data: run } = useQuery(runQuery(id));
  const search = useRunSearch();
  const { lanes, from, to, task } = search;
  const change = useChangeSearch();
  const openTask = useOpenTask();
  const { selection, select } = useSelection();
  const { data, error, refetch } = useQuery({ ...timelineQuery(id, search), placeholderData: keepPreviousData });
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!run || !data) return <SkeletonBlock className="m-4 h-[calc(100%-2rem)]" />;
  if (run.startedAt === undefined) {
    return (
      <Empty icon={ChartGantt} title="Nothing has started yet">
        As soon as tasks run, they show here.
      </Empty>
    );
  }
  const range = from === undefined || to === undefined ? undefined : { from, to };
  return (
    <div className="flex h-full flex-col">
      <div className="flex items-center gap-1 border-b border-line px-4 py-2">
        <div role="group" aria-label="Lanes" className="flex gap-1">
          {(["step", "slot"] as const).map((by) => (
            <Button
              key={by}
              kind="quiet"
              aria-pressed={(lanes ?? "step") === by}
              onClick={() => change({ lanes: by === "slot" ? by : undefined }, { replace: true })}
            >
              {by === "step" ? "By step" : "By slot"}
            </Button>
          ))}
        </div>
        {range && (
          <Button
            kind="quiet"
            className="ml-auto"
            onClick={() => change({ from: undefined, to: undefined }, { replace: true })}
          >
            Whole run
          </Button>
        )}
      </div>
      <div className="min-h-0 flex-1 px-3">
        <Timeline
          timeline={data}
          startedAt={run.startedAt}
          from={run.startedAt}
          to={run.endedAt ?? Math.max(data.to, now())}
          range={range}
          onRange={(next) =>
            change({ from: next && Math.round(next.from), to: next && Math.round(next.to) }, { replace: true })
          }
          selected={task}
          onOpen={(ref) => openTask(ref)}
          onSelectStep={(step) => select(toggle(selection, "step", step))}
        />
      </div>
    </div>
  );
}
