import type { RunId } from "../../core/ids.ts";
import type { RunRow } from "../../store/store.ts";
import type { ServiceContext } from "../services/service.ts";
import { perStore } from "../per-store.ts";
import { RecentlyUsed } from "../recently-used.ts";
import { countTasks, settledOf } from "./count-tasks.ts";
import { Rate } from "./rate.ts";

/** Closer looks say nothing new, however many look. */
const leastMs = 200;
const mostRuns = 1000;

interface Entry {
  readonly rate: Rate;
  readonly at: number;
  readonly atOnce: number;
}

const books = perStore(() => new RecentlyUsed<RunId, Entry>(mostRuns));

/** What is known of a run from the looks at it. */
export interface SeenPace {
  /** Tasks settled per second over the last seconds; undefined until there is something to measure. */
  readonly rate: number | undefined;
  /** The most tasks that were seen to run at once. */
  readonly atOnce: number;
}

/** How fast a run goes, as far as it has been looked at. Every look counts. */
export function paceOf(
  context: Pick<ServiceContext, "store" | "now">,
  run: Pick<RunRow, "id" | "state" | "counts">,
): SeenPace {
  if (run.state !== "running") return { rate: undefined, atOnce: 0 };
  const book = books(context.store);
  const at = context.now();
  const entry = book.get(run.id) ?? { rate: new Rate(), at: -Infinity, atOnce: 0 };
  const atOnce = Math.max(entry.atOnce, countTasks(run).active);
  if (at - entry.at >= leastMs) {
    entry.rate.add(
      at,
      run.counts.reduce((sum, counts) => sum + settledOf(counts), 0),
    );
    book.set(run.id, { rate: entry.rate, at, atOnce });
  }
  return { rate: entry.rate.perSecond, atOnce };
}
