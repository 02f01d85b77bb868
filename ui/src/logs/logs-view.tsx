import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useMemo } from "react";
import { call } from "../api/client.ts";
import { runQuery } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { FilterBox } from "../components/filter-box.tsx";
import { Empty, Failure } from "../components/notice.tsx";
import { SkeletonRows } from "../components/skeleton.tsx";
import { formatBytes, formatCounted } from "../format/number.ts";
import { StepMenu } from "../tasks/step-menu.tsx";
import { useChangeSearch, useRunId, useRunSearch, useSelection } from "../run/use-run.ts";
import { finder } from "./ansi-text.tsx";
import { HitGroup } from "./hit-group.tsx";
import { groupHits } from "./group-hits.ts";

const pageHits = 200;
/** More is not read by anybody; a narrower search is better. */
const mostPages = 10;

/** Searches what all tasks of the selection printed. */
export function LogsView() {
  const run = useRunId();
  const search = useRunSearch();
  const change = useChangeSearch();
  const { selection } = useSelection();
  const { data: detail } = useQuery(runQuery(run));
  const text = search.text ?? "";
  const request = useMemo(
    () => ({
      run,
      step: [...selection.step],
      state: [...selection.state],
      class: [...selection.class],
      where: [...selection.where],
      cause: selection.cause,
      text,
      matchCase: search.exact ?? false,
    }),
    [run, selection, text, search.exact],
  );
  const found = useInfiniteQuery({
    queryKey: ["run", run, "log-search", request],
    queryFn: ({ pageParam, signal }) => call("searchLogs", { ...request, after: pageParam, limit: pageHits }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page, pages) => (pages.length < mostPages ? page.next : undefined),
    enabled: text !== "",
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const groups = useMemo(() => groupHits(found.data?.pages.flatMap(({ hits }) => hits) ?? []), [found.data]);
  const hits = groups.reduce((sum, group) => sum + group.hits.length, 0);
  const searched = found.data?.pages.reduce((sum, page) => sum + page.searchedBytes, 0) ?? 0;
  const mark = finder(text, search.exact ?? false);
  return (
    <div className="flex h-full flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <FilterBox
          label="Find in all logs of the run"
          value={text}
          onChange={(next) => change({ text: next }, { replace: true })}
          className="w-96 max-w-full"
        />
        <Button
          kind="quiet"
          aria-pressed={search.exact ?? false}
          data-tip="Tell capitals from small letters"
          onClick={() => change({ exact: search.exact ? undefined : true }, { replace: true })}
        >
          Aa
        </Button>
        {detail && <StepMenu steps={detail.steps} />}
        {text !== "" && found.data && (
          <span role="status" className="num text-sm text-faint">
            {formatCounted(hits, "line")} in {formatCounted(groups.length, "task")}, {formatBytes(searched)} searched
            {found.hasNextPage ? " so far" : ""}
          </span>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-auto">
        {text === "" ? (
          <Empty
            icon={ScrollText}
            title="Search what the tasks printed"
            command={`flotilla logs --run ${run} --follow`}
          >
            Type a text to find it in the logs of all tasks. The log of one task opens with the task.
          </Empty>
        ) : found.error && !found.data ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : !found.data ? (
          <SkeletonRows rows={8} height={32} />
        ) : groups.length === 0 && !found.hasNextPage ? (
          <Empty icon={ScrollText} title="No line holds this text">
            {formatBytes(searched)} were searched.
          </Empty>
        ) : (
          <div className="flex flex-col">
            {groups.map((group) => (
              <HitGroup key={group.task} group={group} find={mark} />
            ))}
            {found.hasNextPage && (
              <div className="p-4 text-center">
                <Button disabled={found.isFetching} onClick={() => void found.fetchNextPage()}>
                  {found.isFetching ? "Searching…" : "Search on"}
                </Button>
              </div>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
