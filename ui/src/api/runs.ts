import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { RequestTo } from "../../../src/api/operations.ts";
import { call } from "./client.ts";

export type RunFilter = Omit<RequestTo<"listRuns">, "after" | "limit">;

export const runKeys = {
  lists: ["runs"] as const,
  list: (filter: RunFilter) => ["runs", filter] as const,
  /** All that is known of a run. */
  run: (run: string) => ["run", run] as const,
  detail: (run: string) => ["run", run, "detail"] as const,
  /** What is worked out from its tasks: out of date as soon as its version has moved on. */
  views: (run: string) => ["run", run, "view"] as const,
};

export const runQuery = (run: string) =>
  queryOptions({
    queryKey: runKeys.detail(run),
    queryFn: ({ signal }) => call("getRun", { run }, signal),
  });

export const definitionQuery = (run: string, against?: string) =>
  queryOptions({
    queryKey: [...runKeys.run(run), "definition", against ?? null],
    queryFn: ({ signal }) => call("getDefinition", { run, against }, signal),
    placeholderData: keepPreviousData,
  });

export const failuresQuery = (run: string) =>
  queryOptions({
    queryKey: [...runKeys.views(run), "failures"],
    queryFn: ({ signal }) => call("listFailures", { run }, signal),
  });
