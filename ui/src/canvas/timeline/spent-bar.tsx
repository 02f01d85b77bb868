import type { Timeline } from "../props.ts";
import { duration } from "../shared/format.ts";
import { phases } from "./phase-colours.ts";

/** Where the time of the run went, summed over its tasks, in one bar. */
export function SpentBar({ spent }: { spent: Timeline["spent"] }) {
  const total = phases.reduce((sum, phase) => sum + spent[phase], 0);
  if (total <= 0) return null;
  return (
    <div className="spent" role="img" aria-label={`Where the time went: ${spentInWords(spent, total)}`}>
      <div className="spent-bar">
        {phases.map((phase) => (
          <span key={phase} data-phase={phase} style={{ flexGrow: spent[phase] / total }} />
        ))}
      </div>
      <ul>
        {phases.map((phase) => (
          <li key={phase}>
            <span className="spent-key" data-phase={phase} />
            {phase} <strong>{duration(spent[phase])}</strong>
            <span className="canvas-muted">{percent(spent[phase] / total)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const percent = (share: number) => (share > 0 && share < 0.01 ? "< 1 %" : `${Math.round(share * 100)} %`);

function spentInWords(spent: Timeline["spent"], total: number): string {
  return phases.map((phase) => `${phase} ${duration(spent[phase])}, ${percent(spent[phase] / total)}`).join("; ");
}
