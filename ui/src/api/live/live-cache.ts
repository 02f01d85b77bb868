import type { QueryClient } from "@tanstack/react-query";
import type { ResponseOf } from "../../../../src/api/operations.ts";
import type { EventData, EventName } from "../../../../src/api/schemas/event.ts";
import { createStore } from "../../components/store.ts";
import { pipelineKeys } from "../pipelines.ts";
import type { Refresher } from "./refresher.ts";
import { runKeys } from "../runs.ts";
import { platformKeys } from "../server.ts";

type RunDetail = ResponseOf<"getRun">;
type RunPage = ResponseOf<"listRuns">;

/** The run on the page has been deleted meanwhile. */
export const deletedRun = createStore<string | undefined>(undefined);

/** Milliseconds by which the server's clock is ahead of this one's. */
export const clockSkew = createStore(0);

export interface LiveCache {
  readonly client: QueryClient;
  readonly refresher: Refresher;
  /** Since when nothing has been missed: what was read before that may be out of date. */
  readonly openedAt: number;
}

/** Puts what an event tells into the cache, and marks what is worked out from it as out of date. */
export function applyEvent(cache: LiveCache, name: EventName, data: unknown): void {
  switch (name) {
    case "reset":
      return applyReset(cache, data as EventData<"reset">);
    case "runs":
      return applyRuns(cache, data as EventData<"runs">);
    case "run":
      return applyRun(cache, data as EventData<"run">);
    case "platforms":
      return cache.refresher.mark(platformKeys.all);
    case "log":
    case "bye":
      return;
  }
}

/**
 * Reads again what may have missed something. The run itself always: an answer that was under way while the stream began
 * may be older than it. It is small, and its version says whether the views must follow.
 */
function applyReset({ client, refresher, openedAt }: LiveCache, { now, only }: EventData<"reset">): void {
  clockSkew.set(now - Date.now());
  const isMeant = (key: readonly unknown[]) => !only || (key[0] === "run" && only.includes(String(key[1])));
  const isDetail = (key: readonly unknown[]) => key[0] === "run" && key[2] === "detail";
  void client.invalidateQueries({
    predicate: ({ queryKey, state }) =>
      isMeant(queryKey) && !isDetail(queryKey) && state.dataUpdatedAt > 0 && state.dataUpdatedAt < openedAt,
  });
  const details = client.getQueryCache().findAll({ predicate: ({ queryKey: key }) => isDetail(key) && isMeant(key) });
  for (const query of details) {
    const run = String(query.queryKey[1]);
    const before = query.state.data as RunDetail | undefined;
    void client.invalidateQueries({ queryKey: query.queryKey }).then(() => {
      const after = client.getQueryData<RunDetail>(query.queryKey);
      if (before && after && after.version !== before.version) refresher.mark(runKeys.views(run));
    });
  }
}

function applyRuns({ client, refresher }: LiveCache, { changed, deleted }: EventData<"runs">): void {
  const byId = new Map(changed.map((run) => [run.id, run]));
  const known = new Set<string>();
  client.setQueriesData<RunPage>({ queryKey: runKeys.lists }, (page) => page && patchRuns(page, byId, known));
  const isNew = changed.some(({ id }) => !known.has(id));
  const ends = changed.some(({ endedAt }) => endedAt !== undefined);
  if (isNew || deleted.length > 0) refresher.mark(runKeys.lists);
  if (isNew || ends || deleted.length > 0) refresher.mark(pipelineKeys.all);
  for (const run of deleted) {
    if (client.getQueryData(runKeys.detail(run)) !== undefined) deletedRun.set(run);
  }
}

/** Replaces the runs that have changed; `known` collects those that were there. */
export function patchRuns(
  page: RunPage,
  changed: ReadonlyMap<string, RunPage["runs"][number]>,
  known: Set<string>,
): RunPage {
  let touched = false;
  const runs = page.runs.map((run) => {
    const newer = changed.get(run.id);
    if (newer) known.add(run.id);
    if (!newer || newer.version < run.version) return run;
    touched = true;
    return newer;
  });
  return touched ? { ...page, runs } : page;
}

function applyRun({ client, refresher }: LiveCache, event: EventData<"run">): void {
  const key = runKeys.detail(event.run.id);
  const before = client.getQueryData<RunDetail>(key);
  if (!before) return;
  const after = mergeRun(before, event);
  if (after === before) return;
  client.setQueryData(key, after);
  // What the run could be asked follows from its state, which only the server knows how.
  if (after.state !== before.state || after.driven !== before.driven) refresher.mark(key);
  if (after.version !== before.version) refresher.mark(runKeys.views(event.run.id));
}

/** The run as the event has it; the same object when the event tells of something older. */
export function mergeRun(run: RunDetail, event: EventData<"run">): RunDetail {
  if (event.run.version < run.version) return run;
  const steps = run.steps.map((step, at) => {
    const medianMs = event.medianMs[at];
    return { ...step, counts: event.steps[at] ?? step.counts, ...(typeof medianMs === "number" && { medianMs }) };
  });
  const { perSecond: _, expectedEndAt: _old, endedAt: _ended, ...rest } = run;
  return {
    ...rest,
    ...event.run,
    steps,
    ...(event.perSecond !== undefined && { perSecond: event.perSecond }),
  };
}
