import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronRight, Play } from "lucide-react";
import { lazy, Suspense } from "react";
import { loadCode } from "../api/load-code.ts";
import { pipelineQuery } from "../api/pipelines.ts";
import { Empty, Failure } from "../components/notice.tsx";
import { SkeletonBlock, SkeletonRows } from "../components/skeleton.tsx";
import { useDocumentTitle } from "../components/use-document-title.ts";
import { safeText } from "../format/safe-text.ts";
import { PipelineRuns } from "./pipeline-runs.tsx";

const Charts = lazy(() =>
  loadCode(() => import("./charts.tsx")).then(({ Charts: component }) => ({ default: component })),
);
const route = getRouteApi("/pipelines/$pipeline");

/** A pipeline's runs over time. */
export function PipelinePage() {
  const { pipeline } = route.useParams();
  const { data, error, refetch } = useQuery(pipelineQuery(pipeline));
  useDocumentTitle(pipeline);
  if (error && !data) {
    return (
      <>
        <h1 className="sr-only">{safeText(pipeline, 120)}</h1>
        <Failure error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto flex max-w-[1800px] flex-col gap-4 p-4">
        <header className="flex items-start gap-4">
          <div className="min-w-0 flex-1">
            <nav aria-label="Where this is" className="flex items-center gap-1 text-xs text-faint">
              <Link to="/pipelines" className="hover:text-ink">
                Pipelines
              </Link>
              <ChevronRight size={12} aria-hidden />
              <span className="code text-[11px]">{data?.file === undefined ? "" : safeText(data.file, 120)}</span>
            </nav>
            <h1 className="truncate text-xl font-semibold tracking-tight">{safeText(pipeline, 120)}</h1>
            {data?.description !== undefined && <p className="text-sm text-soft">{safeText(data.description, 600)}</p>}
          </div>
          {data?.file !== undefined && (
            <Link to="/pipelines/$pipeline/run" params={{ pipeline }} className="button" data-kind="main">
              <Play size={14} aria-hidden />
              Run…
            </Link>
          )}
        </header>
        {!data ? (
          <>
            <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
              <SkeletonBlock className="h-52" />
              <SkeletonBlock className="h-52" />
              <SkeletonBlock className="h-52" />
            </div>
            <SkeletonRows rows={6} height={46} />
          </>
        ) : data.runs.length === 0 ? (
          <Empty icon={Play} title="It has not run yet" command={`flotilla run ${data.file ?? ""}`.trim()}>
            Its duration, success and key numbers show here, run by run.
          </Empty>
        ) : (
          <>
            <Suspense fallback={<SkeletonBlock className="h-52" />}>
              <Charts runs={data.runs} />
            </Suspense>
            <PipelineRuns runs={data.runs} />
          </>
        )}
      </div>
    </div>
  );
}
