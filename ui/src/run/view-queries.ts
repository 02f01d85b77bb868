import { queryOptions } from "@tanstack/react-query";
import type { RequestTo } from "../../../src/api/operations.ts";
import { call } from "../api/client.ts";
import { runKeys } from "../api/runs.ts";
import { loadTasks, type TaskFilter, taskKeys } from "../api/tasks.ts";
import { pageKey } from "../components/use-pages.ts";
import type { FleetPicture } from "./fleet-picture.ts";
import type { RunSearch } from "./run-search.ts";
import { selectionOf, type Selection } from "./selection.ts";

/** The selection as requests name it. */
export function narrowed({ step, state, class: classes, where, cause }: Selection) {
  return { step: [...step], state: [...state], class: [...classes], where: [...where], cause };
}

export const timelineQuery = (run: string, search: RunSearch) => {
  const { lanes = "step" as const, from, to } = search;
  const request = { run, ...narrowed(selectionOf(search)), by: lanes, from, to };
  return queryOptions({
    queryKey: [...runKeys.views(run), "timeline", request],
    queryFn: ({ signal }) => call("getTimeline", request, signal),
  });
};

export const firstTasksQuery = (run: string, filter: TaskFilter) =>
  queryOptions({
    queryKey: pageKey(taskKeys.list(run, filter)),
    queryFn: ({ signal }) => loadTasks(run, filter, undefined, signal),
  });

export type AxesRequest = Pick<RequestTo<"getFleetAxes">, "run" | "step" | "rows" | "columns">;

export const axesOf = (run: string, { step, rows, columns }: FleetPicture): AxesRequest => ({
  run,
  step,
  rows: [...rows],
  columns: [...columns],
});

export const axesQuery = (request: AxesRequest) =>
  queryOptions({
    queryKey: [...runKeys.run(request.run), "axes", request],
    queryFn: ({ signal }) => call("getFleetAxes", request, signal),
  });

export type TileRequest = RequestTo<"getFleetTile">;

export const tileQuery = (request: TileRequest) =>
  queryOptions({
    queryKey: [...runKeys.views(request.run), "tile", request],
    queryFn: ({ signal }) => call("getFleetTile", request, signal),
  });

/** The cells of a picture that fits on a screen: what a map of it asks for first, whatever the size of its frame. */
export function wholeTile(
  request: AxesRequest,
  selection: Selection,
  {
    by = "state",
    height,
    width,
  }: { readonly by?: string | undefined; readonly height: number; readonly width: number },
): TileRequest | undefined {
  if (height > mostRows || width > mostColumns) return undefined;
  const { step: _steps, ...filter } = narrowed(selection);
  return { ...request, ...filter, by, left: 0, top: 0, width, height, across: width, down: height };
}

/** A cell of each has a pixel of its own on any screen. */
const mostRows = 400;
const mostColumns = 600;
