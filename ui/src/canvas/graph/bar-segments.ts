import { statesInBar, type StateCounts, type TaskState } from "../shared/states.ts";

export interface BarSegment {
  readonly state: TaskState;
  readonly from: number;
  readonly to: number;
}

/**
 * Shares a bar out to the states that occur. None gets less than `least`: one failure among a million must be seen. What
 * that takes is given by the larger ones.
 */
export function barSegments(counts: StateCounts, width: number, least: number): BarSegment[] {
  const present = statesInBar.filter((state) => counts[state] > 0);
  const total = present.reduce((sum, state) => sum + counts[state], 0);
  let small: readonly TaskState[] = [];
  for (;;) {
    const rest = present.filter((state) => !small.includes(state));
    const room = width - small.length * least;
    const sum = rest.reduce((all, state) => all + counts[state], 0);
    const now = [...small, ...rest.filter((state) => (counts[state] / sum) * room < least)];
    if (now.length === small.length || now.length === present.length) break;
    small = now;
  }
  const room = width - small.length * least;
  const large = total - small.reduce((sum, state) => sum + counts[state], 0);
  let from = 0;
  return present.map((state) => {
    const to = from + (small.includes(state) ? least : (counts[state] / large) * room);
    const segment = { state, from, to };
    from = to;
    return segment;
  });
}
