import { mostFollowedLogs, mostWatchedRuns } from "../../../../src/api/routes.ts";
import type { Watch } from "./messages.ts";

/** All logs are named in one address, which must not become too long. */
const mostLogCharacters = 24_000;

/** What several tabs look at together, bounded to what one stream can tell of: what was asked for last counts most. */
export function together(watches: readonly Watch[]): Watch {
  const logs = lastFew(
    watches.flatMap((watch) => watch.logs),
    mostFollowedLogs,
  );
  let characters = 0;
  const fit = (log: string): boolean => (characters += encodeURIComponent(log).length) <= mostLogCharacters;
  return {
    runs: lastFew(
      watches.flatMap(({ runs }) => runs),
      mostWatchedRuns,
    ),
    logs: logs.toReversed().filter(fit).toReversed(),
  };
}

export function hasAll(all: readonly string[], some: readonly string[]): boolean {
  return some.every((one) => all.includes(one));
}

export function isSame(one: Watch, other: Watch): boolean {
  return hasSame(one.runs, other.runs) && hasSame(one.logs, other.logs);
}

export function hasSame(one: readonly string[], other: readonly string[]): boolean {
  return hasAll(one, other) && hasAll(other, one);
}

function lastFew(names: readonly string[], most: number): readonly string[] {
  return [...new Set(names.toReversed())].slice(0, most).toReversed();
}
