import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import type { RunDetail } from "../../../src/api/schemas/run.ts";
import { failuresQuery } from "../api/runs.ts";
import { pictureOf } from "./fleet-picture.ts";
import { searchOf, type Selection } from "./selection.ts";
import { useRunId, useSelection } from "./use-run.ts";
import {
  type AxesRequest,
  axesOf,
  axesQuery,
  firstTasksQuery,
  narrowed,
  tileQuery,
  timelineQuery,
  wholeTile,
} from "./view-queries.ts";

const viewRoutes = [
  "/runs/$run/",
  "/runs/$run/fleet",
  "/runs/$run/timeline",
  "/runs/$run/failures",
  "/runs/$run/tasks",
  "/runs/$run/logs",
  "/runs/$run/definition",
] as const;
/** The page that was asked for comes first. */
const waitMs = 400;

/**
 * Once the page is there, what the other views begin with is loaded too: their code (30 kB in all), so that the first click
 * on one shows it at once.
 */
export function usePreloadedCode(isReady: boolean, panel: (() => unknown) | undefined): void {
  const router = useRouter();
  useEffect(() => {
    if (!isReady) return;
    const timer = setTimeout(() => {
      for (const id of viewRoutes) void router.loadRouteChunk(router.routesById[id]);
      panel?.();
    }, waitMs);
    return () => clearTimeout(timer);
  }, [router, isReady, panel]);
}

/**
 * Asks ahead for what the views will ask first, with the selection as it is. What is there and fresh is not asked for again.
 * Of a run that goes on that is out of date before anybody looks: it is asked for when a view is pointed at.
 */
export function usePreloadedViews(run: RunDetail | undefined): () => void {
  const client = useQueryClient();
  const id = useRunId();
  const { selection } = useSelection();
  const preload = useCallback(() => {
    if (run === undefined) return;
    const search = searchOf(selection);
    const picture = pictureOf(run, search);
    if (picture !== undefined) void preloadFleet(client, axesOf(id, picture), selection);
    void client.prefetchQuery(timelineQuery(id, search));
    void client.prefetchQuery(firstTasksQuery(id, { ...narrowed(selection), sort: undefined }));
    void client.prefetchQuery(failuresQuery(id));
  }, [client, id, run, selection]);
  const isOver = run?.endedAt !== undefined;
  useEffect(() => {
    if (!isOver) return;
    const timer = setTimeout(preload, waitMs);
    return () => clearTimeout(timer);
  }, [isOver, preload]);
  return preload;
}

async function preloadFleet(client: QueryClient, request: AxesRequest, selection: Selection): Promise<void> {
  await client.prefetchQuery(axesQuery(request));
  const axes = client.getQueryData(axesQuery(request).queryKey);
  const tile = axes && wholeTile(request, selection, axes);
  if (tile !== undefined) await client.prefetchQuery(tileQuery(tile));
}
