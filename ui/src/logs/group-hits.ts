import type { ResponseOf } from "../../../src/api/operations.ts";

export type Hit = ResponseOf<"searchLogs">["hits"][number];

export interface HitsOfTask {
  readonly task: string;
  readonly hits: readonly Hit[];
}

/** Hits by task, in the order in which the tasks were come upon. */
export function groupHits(hits: readonly Hit[]): readonly HitsOfTask[] {
  const byTask = new Map<string, Hit[]>();
  for (const hit of hits) {
    const its = byTask.get(hit.task);
    if (its) its.push(hit);
    else byTask.set(hit.task, [hit]);
  }
  return [...byTask].map(([task, its]) => ({ task, hits: its }));
}
