import { queryOptions } from "@tanstack/react-query";
import { call } from "./client.ts";

export const platformKeys = { all: ["platforms"] as const };

export const serverQuery = queryOptions({
  queryKey: ["server"],
  queryFn: ({ signal }) => call("server", {}, signal),
});

export const platformsQuery = queryOptions({
  queryKey: platformKeys.all,
  queryFn: ({ signal }) => call("platforms", {}, signal),
});
