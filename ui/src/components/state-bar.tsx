import { formatCount } from "../format/number.ts";
import { barOrder, type StateCounts, type TaskState } from "../format/states.ts";
import { fillOf } from "./state.tsx";

interface StateBarProps {
  readonly counts: StateCounts;
  readonly className?: string;
}

/**
 * Tasks by state as one bar. What there is at all can be seen, be it one failure among a hundred thousand: a segment has
 * three pixels at least.
 */
export function StateBar({ counts, className = "h-1.5" }: StateBarProps) {
  const shown = barOrder.filter((state) => counts[state] > 0);
  return (
    <span
      role="img"
      aria-label={countsInWords(counts)}
      data-tip={shown.map((state) => `${formatCount(counts[state])} ${state}`).join("\n")}
      className={`flex w-full gap-px overflow-hidden rounded-full bg-sunken ${className}`}
    >
      {shown.map((state) => (
        <span key={state} className={`min-w-[3px] basis-0 ${fillOf[state]}`} style={{ flexGrow: counts[state] }} />
      ))}
    </span>
  );
}

/** `12 succeeded, 1 failed`. */
export function countsInWords(counts: StateCounts): string {
  const shown = barOrder.filter((state) => counts[state] > 0);
  return shown.length === 0 ? "no tasks" : shown.map((state) => `${formatCount(counts[state])} ${state}`).join(", ");
}

/** The few states a line has room for: what went wrong first, then what goes on. */
export function tellingStates(counts: StateCounts): readonly TaskState[] {
  const order: readonly TaskState[] = ["failed", "active", "backoff", "blocked"];
  return order.filter((state) => counts[state] > 0).slice(0, 2);
}
