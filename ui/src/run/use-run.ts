import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { taskQuery } from "../api/tasks.ts";
import { changed, present, type Change, type RunSearch } from "./run-search.ts";
import { everything, searchOf, selectionOf, type Selection } from "./selection.ts";

const route = getRouteApi("/runs/$run");

export function useRunId(): string {
  return route.useParams().run;
}

export function useRunSearch(): RunSearch {
  return route.useSearch();
}

/** Changes some fields of the address. `replace` where the way back should not lead through every step of it. */
export function useChangeSearch(): (change: Change, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (change, { replace = false } = {}) =>
      void navigate({
        to: ".",
        search: (before: object) => changed(before, change),
        replace,
      }),
    [navigate],
  );
}

export interface SelectionState {
  readonly selection: Selection;
  readonly select: (next: Selection) => void;
  readonly clear: () => void;
}

export function useSelection(): SelectionState {
  const search = useRunSearch();
  const change = useChangeSearch();
  const { step, state, class: classes, where, cause } = search;
  const selection = useMemo(
    () => selectionOf(present({ step, state, class: classes, where, cause })),
    [step, state, classes, where, cause],
  );
  const select = useCallback(
    (next: Selection) => change({ step: [], state: [], class: [], where: [], cause: undefined, ...searchOf(next) }),
    [change],
  );
  return { selection, select, clear: useCallback(() => select(everything), [select]) };
}

/** Opens a task in the side panel, or closes it. What the panel will ask for is asked at once. */
export function useOpenTask(): (task: string | undefined, panel?: RunSearch["panel"]) => void {
  const run = useRunId();
  const client = useQueryClient();
  const change = useChangeSearch();
  return useCallback(
    (task, panel) => {
      if (task !== undefined) void client.prefetchQuery(taskQuery(run, task));
      change({ task, panel, attempt: undefined, at: undefined });
    },
    [client, run, change],
  );
}
