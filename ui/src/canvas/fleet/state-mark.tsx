import { inkOn } from "../shared/colour.ts";
import type { Palette } from "../shared/palette.ts";
import type { TaskState } from "../shared/states.ts";
import { stateGlyphs } from "./state-glyphs.ts";

/** A cell of the map as it stands in the legend: colour and mark. */
export function StateMark({ state, palette }: { state: TaskState; palette: Palette }) {
  const colour = palette.states[state];
  return (
    <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden>
      <rect x="-7" y="-7" width="14" height="14" rx="3" fill={colour} opacity={state === "waiting" ? 0.6 : 1} />
      <path
        d={stateGlyphs[state]}
        fill="none"
        stroke={inkOn(colour)}
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
