import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Boxes, Play } from "lucide-react";
import { pipelinesQuery } from "../api/pipelines.ts";
import { Empty, Failure } from "../components/notice.tsx";
import { SkeletonRows } from "../components/skeleton.tsx";
import { StateBar } from "../components/state-bar.tsx";
import { RunStateMark } from "../components/state.tsx";
import { TimeAgo } from "../components/time.tsx";
import { useDocumentTitle } from "../components/use-document-title.ts";
import { formatCounted } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";

/** Pipelines of the project, and those that have run. */
export function PipelinesPage() {
  const { data, error, refetch } = useQuery(pipelinesQuery);
  useDocumentTitle("Pipelines");
  return (
    <div className="flex h-full flex-col">
      <h1 className="px-4 pt-4 pb-3 text-xl font-semibold tracking-tight">Pipelines</h1>
      <div className="min-h-0 flex-1 overflow-auto border-t border-line">
        {error && !data ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <SkeletonRows rows={5} height={56} />
        ) : data.pipelines.length === 0 ? (
          <Empty icon={Boxes} title="No pipeline here" command="flotilla init">
            A pipeline is a file such as <code className="code">pipeline.ts</code> in the project. Write one to start
            from:
          </Empty>
        ) : (
          <ul>
            {data.pipelines.map(({ name, file, runs, last }) => (
              <li
                key={name}
                className="relative grid h-14 grid-cols-[minmax(160px,2fr)_minmax(160px,2fr)_90px_88px] items-center gap-4 border-b border-line px-4 hover:bg-hover"
              >
                <span className="min-w-0">
                  <Link
                    to="/pipelines/$pipeline"
                    params={{ pipeline: name }}
                    className="block truncate font-medium after:absolute after:inset-0"
                  >
                    {safeText(name, 120)}
                  </Link>
                  <span className="code block truncate text-[11px] text-faint">
                    {file === undefined ? "its file is not in this project" : safeText(file, 160)}
                  </span>
                </span>
                {last ? (
                  <span className="flex min-w-0 flex-col gap-1">
                    <span className="flex items-center gap-2 text-sm">
                      <RunStateMark state={last.state} />
                      <TimeAgo at={last.endedAt ?? last.createdAt} className="text-faint" />
                    </span>
                    <StateBar counts={last.tasks} />
                  </span>
                ) : (
                  <span className="text-sm text-faint">has not run yet</span>
                )}
                <span className="num text-right text-sm text-faint">{formatCounted(runs, "run")}</span>
                {file !== undefined && (
                  <Link to="/pipelines/$pipeline/run" params={{ pipeline: name }} className="button relative">
                    <Play size={14} aria-hidden />
                    Run…
                  </Link>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
