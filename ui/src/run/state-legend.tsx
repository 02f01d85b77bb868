import type { RunSummary } from "../../../src/api/schemas/run.ts";
import { StateBar } from "../components/state-bar.tsx";
import { inkOf } from "../components/state.tsx";
import { formatCount, formatShare } from "../format/number.ts";
import { barOrder, taskStates } from "../format/states.ts";
import { toggle } from "./selection.ts";
import { useSelection } from "./use-run.ts";

/** The whole run as one bar; its legend counts, and narrows all views to a state. */
export function StateLegend({ counts }: { readonly counts: RunSummary["tasks"] }) {
  const { selection, select } = useSelection();
  const settled = counts.total - counts.waiting - counts.ready - counts.active - counts.backoff;
  return (
    <div className="mt-2.5">
      <StateBar counts={counts} className="h-2" />
      <div
        role="group"
        aria-label="Narrow to a state"
        className="mt-1.5 -ml-2 flex h-6 flex-wrap items-center gap-x-0.5 overflow-hidden"
      >
        {barOrder
          .filter((state) => counts[state] > 0 || selection.state.includes(state))
          .map((state) => {
            const { icon: Icon, meaning } = taskStates[state];
            return (
              <button
                key={state}
                type="button"
                aria-pressed={selection.state.includes(state)}
                onClick={() => select(toggle(selection, "state", state))}
                data-tip={meaning}
                className={`flex h-6 items-center gap-1.5 rounded-md px-2 text-sm hover:bg-hover aria-pressed:bg-accent-soft ${inkOf[state]}`}
              >
                <Icon size={13} strokeWidth={2.25} aria-hidden />
                <span className="num font-medium">{formatCount(counts[state])}</span>
                <span>{state}</span>
              </button>
            );
          })}
        <span className="num ml-auto pr-0 text-sm text-faint">
          {formatCount(settled)} of {formatCount(counts.total)} settled, {formatShare(settled, counts.total)}
        </span>
      </div>
    </div>
  );
}
