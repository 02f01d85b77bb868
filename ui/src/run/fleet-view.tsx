import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Grid3x3 } from "lucide-react";
import { useCallback, useState } from "react";
import { call } from "../api/client.ts";
import { runQuery } from "../api/runs.ts";
import { Empty, Failure } from "../components/notice.tsx";
import { useThrottled } from "../components/use-throttled.ts";
import { SkeletonBlock } from "../components/skeleton.tsx";
import type { FleetWindow } from "../canvas/props.ts";
import { FleetMap } from "../canvas/fleet/fleet-map.tsx";
import { FleetBar } from "./fleet-bar.tsx";
import { pictureOf, refOf } from "./fleet-picture.ts";
import { withWhere } from "./selection.ts";
import { axesOf, axesQuery, narrowed, tileQuery, type AxesRequest } from "./view-queries.ts";
import { useOpenTask, useRunId, useRunSearch, useSelection } from "./use-run.ts";

const noAxes: AxesRequest = { run: "", step: "", rows: [], columns: [] };

/** One cell per key of a step, by any of its dimensions, coloured by state or by any number. */
export function FleetView() {
  const id = useRunId();
  const { data: run } = useQuery(runQuery(id));
  const search = useRunSearch();
  const { selection, select } = useSelection();
  const openTask = useOpenTask();
  const [failed, setFailed] = useState<unknown>();
  // The map reads what it shows anew when this changes.
  const version = useThrottled(run?.version, 334);
  const picture = run && pictureOf(run, search);
  const request = picture && axesOf(id, picture);
  const turnedRequest = request && { ...request, rows: request.columns, columns: request.rows };
  const client = useQueryClient();
  const axes = useQuery({
    ...axesQuery(request ?? noAxes),
    enabled: request !== undefined,
    // Down and across change places without a question.
    initialData: () => {
      const known = turnedRequest && client.getQueryData(axesQuery(turnedRequest).queryKey);
      return known && { ...known, height: known.width, width: known.height, rows: known.columns, columns: known.rows };
    },
  });

  const { step: _steps, ...filter } = narrowed(selection);
  const by = search.by ?? "state";
  const loadTile = useCallback(
    async (window: FleetWindow, signal: AbortSignal) => {
      const tile = { ...request!, ...filter, by, ...window };
      // It may have been asked for ahead.
      const { queryKey } = tileQuery(tile);
      const known = client.getQueryState(queryKey)?.isInvalidated === false && client.getQueryData(queryKey);
      return known || call("getFleetTile", tile, signal);
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- both are rebuilt each time from what stands here
    [JSON.stringify(request), JSON.stringify(filter), by],
  );
  const loadLabels = useCallback(
    async (axis: "rows" | "columns", from: number, limit: number, signal: AbortSignal) =>
      (await call("getFleetAxes", { ...request!, from, limit }, signal))[axis],
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- as above
    [JSON.stringify(request)],
  );

  if (!run) return null;
  if (!picture) {
    return (
      <Empty icon={Grid3x3} title="No step of this run varies">
        A fleet has as many cells as a step has keys; here every step has one task.
      </Empty>
    );
  }
  if (axes.error && !axes.data) return <Failure error={axes.error} onRetry={() => void axes.refetch()} />;
  const colour = axes.data?.colours.find((one) => one.by === by);
  return (
    <div className="flex h-full flex-col">
      <FleetBar run={run} picture={picture} by={by} colours={axes.data?.colours ?? []} failed={failed} />
      <div className="min-h-0 flex-1 px-3">
        {axes.data ? (
          <FleetMap
            picture={JSON.stringify(request)}
            turnedPicture={JSON.stringify(turnedRequest)}
            values={JSON.stringify([by, filter, version])}
            height={axes.data.height}
            width={axes.data.width}
            rowDimensions={picture.rows}
            columnDimensions={picture.columns}
            colour={
              by === "state" || !colour ? { by: "state" } : { by: "number", title: colour.title, unit: colour.unit }
            }
            firstLabels={axes.data}
            loadTile={loadTile}
            loadLabels={loadLabels}
            onOpen={(cell) => {
              const ref = refOf(run, picture, cell);
              if (ref !== undefined) openTask(ref);
              else select(withWhere({ ...selection, step: [picture.step] }, picture.conditionsOf(cell)));
            }}
            onOpenTask={(ref) => openTask(ref)}
            onBrush={({ where }) => where && select(withWhere(selection, where))}
            onError={setFailed}
          />
        ) : (
          <SkeletonBlock className="m-4 h-[calc(100%-2rem)]" />
        )}
      </div>
    </div>
  );
}
