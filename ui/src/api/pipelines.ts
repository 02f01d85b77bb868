import { queryOptions } from "@tanstack/react-query";
import { call } from "./client.ts";

export const pipelineKeys = { all: ["pipelines"] as const };

export const pipelinesQuery = queryOptions({
  queryKey: [...pipelineKeys.all, "list"],
  queryFn: ({ signal }) => call("listPipelines", {}, signal),
});

export const pipelineQuery = (pipeline: string) =>
  queryOptions({
    queryKey: [...pipelineKeys.all, "one", pipeline],
    queryFn: ({ signal }) => call("getPipeline", { pipeline, limit: 200 }, signal),
  });

export const runFormQuery = (pipeline: string) =>
  queryOptions({
    queryKey: ["form", pipeline],
    queryFn: ({ signal }) => call("getRunForm", { pipeline }, signal),
    // The file may have been edited since.
    staleTime: 0,
  });
