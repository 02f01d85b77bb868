import type { RunId } from "../../core/ids.ts";
import type { RunRow } from "../../store/store.ts";
import type { ServiceContext } from "../services/service.ts";
import { perStore } from "../per-store.ts";
import { RecentlyUsed } from "../recently-used.ts";
import { settledOf } from "./count-tasks.ts";
import { Rate } from "./rate.ts";

/** Closer looks say nothing new, however many look. */
const leastMs = 200;
const mostRuns = 1000;

const books = perStore(() => new RecentlyUsed<RunId, { rate: Rate; at: number }>(mostRuns));

/** Tasks settled per second in a run, as far as it has been looked at over the last seconds. Every look counts. */
export function rateOf(
  context: Pick<ServiceContext, "store" | "now">,
  run: Pick<RunRow, "id" | "state" | "counts">,
): number | undefined {
  if (run.state !== "running") return undefined;
  const book = books(context.store);
  const at = context.now();
  const entry = book.get(run.id) ?? { rate: new Rate(), at: -Infinity };
  if (at - entry.at >= leastMs) {
    entry.rate.add(
      at,
      run.counts.reduce((sum, counts) => sum + settledOf(counts), 0),
    );
    book.set(run.id, { rate: entry.rate, at });
  }
  return entry.rate.perSecond;
}
