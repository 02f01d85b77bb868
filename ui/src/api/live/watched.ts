import { mostWatchedRuns } from "../../../../src/api/routes.ts";
import type { Watch } from "./messages.ts";

/** What several tabs look at together, bounded to what one stream can tell of: what was asked for last counts most. */
export function together(watches: readonly Watch[]): Watch {
  return {
    runs: lastFew(
      watches.flatMap(({ runs }) => runs),
      mostWatchedRuns,
    ),
  };
}

/** Whether who is told of `all` is told of `some`. */
export function covers(all: Watch, some: Watch): boolean {
  return some.runs.every((run) => all.runs.includes(run));
}

export function isSame(one: Watch, other: Watch): boolean {
  return covers(one, other) && covers(other, one);
}

function lastFew(names: readonly string[], most: number): readonly string[] {
  return [...new Set(names.toReversed())].slice(0, most).toReversed();
}
