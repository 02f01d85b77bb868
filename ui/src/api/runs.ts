import { keepPreviousData, queryOptions, replaceEqualDeep } from "@tanstack/react-query";
import type { RequestTo, ResponseOf } from "../../../src/api/operations.ts";
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
    // An event may have overtaken the answer.
    structuralSharing: (before, after) =>
      replaceEqualDeep(before, isOlder(after as RunDetail, before as RunDetail | undefined) ? before : after),
  });

type RunDetail = ResponseOf<"getRun">;

function isOlder(run: RunDetail, than: RunDetail | undefined): boolean {
  return than !== undefined && run.version < than.version;
}

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
