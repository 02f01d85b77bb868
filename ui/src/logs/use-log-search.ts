import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { call } from "../api/client.ts";
import type { LogSource } from "./use-log.ts";

export interface LogSearch {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly hits: number;
  /** There are more than were asked for. */
  readonly more: boolean;
  /** The hit that is shown, from 0; -1 before any was. */
  readonly at: number;
  readonly step: (by: 1 | -1) => void;
  readonly busy: boolean;
}

const mostHits = 1_000;

/** One request looks at a part of a large log only, and says where to go on. */
async function searchWhole(
  request: { readonly run: string; readonly task: string; readonly text: string },
  signal: AbortSignal,
): Promise<ResponseOf<"searchLogs">> {
  const hits: ResponseOf<"searchLogs">["hits"] = [];
  for (let after: string | undefined; ;) {
    const found = await call("searchLogs", { ...request, limit: mostHits - hits.length, after }, signal);
    hits.push(...found.hits);
    after = found.next;
    if (after === undefined || hits.length >= mostHits) return { ...found, hits };
  }
}

/** Searches one task's log on the server, and leads from hit to hit. */
export function useLogSearch({ run, task }: LogSource, initial: string, show: (byte: number) => void): LogSearch {
  const [text, setText] = useState(initial);
  const [at, setAt] = useState(-1);
  const { data, isFetching } = useQuery({
    queryKey: ["log-search", run, task, text],
    queryFn: ({ signal }) => searchWhole({ run, task, text }, signal),
    enabled: text !== "",
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const hits = text === "" ? [] : (data?.hits ?? []);
  return {
    text,
    setText(next) {
      setText(next);
      setAt(-1);
    },
    hits: hits.length,
    more: data?.next !== undefined,
    at,
    step(by) {
      if (hits.length === 0) return;
      const next = (Math.max(at, by === 1 ? -1 : 0) + by + hits.length) % hits.length;
      const hit = hits[next];
      setAt(next);
      if (hit) show(hit.from);
    },
    busy: isFetching,
  };
}
