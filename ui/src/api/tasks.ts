import { queryOptions } from "@tanstack/react-query";
import type { RequestTo } from "../../../src/api/operations.ts";
import { call } from "./client.ts";
import { runKeys } from "./runs.ts";

export type TaskFilter = Omit<RequestTo<"listTasks">, "run" | "after" | "limit">;

export const taskKeys = {
  list: (run: string, filter: TaskFilter) => [...runKeys.views(run), "tasks", filter] as const,
};

export const tasksAtOnce = 100;

export function loadTasks(run: string, filter: TaskFilter, after: string | undefined, signal: AbortSignal) {
  return call("listTasks", { run, ...filter, after, limit: tasksAtOnce }, signal);
}

export const taskQuery = (run: string, task: string) =>
  queryOptions({
    queryKey: [...runKeys.views(run), "task", task],
    queryFn: ({ signal }) => call("getTask", { run, task }, signal),
  });

export const previewQuery = (request: RequestTo<"previewArtifact">) =>
  queryOptions({
    queryKey: ["preview", request],
    queryFn: ({ signal }) => call("previewArtifact", request, signal),
  });
