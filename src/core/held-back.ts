import { type Candidate, demandOf, fullPool, headsInOrder, limitReached, type Pool } from "./admission.ts";
import type { LiveRun } from "./live-run.ts";

/** What may keep a ready task from starting: a pool (`pool:gpu`, `local/cpu`), or the most that its run or its step may have at once. */
export type Limit = string;

export interface HeldBack {
  readonly run: LiveRun;
  readonly step: number;
  readonly by: Limit;
}

/** For each step with a task that is ready: the limit that keeps the first of them from starting, if one does. */
export function heldBack(candidates: readonly Candidate[], pools: ReadonlyMap<string, Pool>): HeldBack[] {
  return headsInOrder(candidates).flatMap(({ run, step, task }) => {
    const by = limitReached(run, step) ?? fullPool(demandOf(run, step, task), pools);
    return by === undefined ? [] : [{ run, step, by }];
  });
}

/** `pool gpu was full`, `all memory of local was taken`. */
export function limitInWords(limit: Limit): string {
  if (limit === "run") return "its run had as many tasks at once as it may";
  if (limit === "step") return "its step had as many tasks at once as it may";
  if (limit.startsWith("pool:")) return `pool ${limit.slice("pool:".length)} was full`;
  const slash = limit.lastIndexOf("/");
  return `all ${resourceNames[limit.slice(slash + 1)] ?? limit.slice(slash + 1)} of ${limit.slice(0, slash)} was taken`;
}

const resourceNames: Readonly<Record<string, string>> = { cpu: "CPU", gpu: "GPU", memory: "memory", slots: "room" };
