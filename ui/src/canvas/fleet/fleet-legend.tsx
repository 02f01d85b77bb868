import { useMemo } from "react";
import type { FleetColour, FleetMapProps } from "../props.ts";
import type { Palette } from "../shared/palette.ts";
import { states } from "../shared/states.ts";
import type { NumberLook } from "./cell-colours.ts";
import { NumberLegend } from "./number-legend.tsx";
import { StateMark } from "./state-mark.tsx";
import type { Tile } from "./tile.ts";

interface FleetLegendProps {
  readonly whole: Tile | undefined;
  readonly colour: FleetColour;
  readonly numbers: NumberLook | undefined;
  readonly palette: Palette;
  readonly onOutlier: (outlier: { ref: string; row: number; column: number }) => void;
  readonly children: React.ReactNode;
}

/** What the colours mean: states that occur, or the scale of the numbers with their distribution. */
export function FleetLegend({ whole, colour, numbers, palette, onOutlier, children }: FleetLegendProps) {
  const present = useMemo(() => (whole?.by === "state" ? statesIn(whole) : []), [whole]);
  return (
    <div className="fleet-legend">
      {colour.by === "state" ? (
        <ul aria-label="States">
          {present.map((state) => (
            <li key={state}>
              <StateMark state={state} palette={palette} /> {state}
            </li>
          ))}
        </ul>
      ) : (
        numbers !== undefined &&
        whole?.by === "number" && (
          <NumberLegend
            look={numbers}
            about={whole.about}
            title={colour.title}
            unit={colour.unit}
            onOutlier={onOutlier}
          />
        )
      )}
      <span className="fleet-legend-rest">{children}</span>
    </div>
  );
}

function statesIn({ values }: Tile): (typeof states)[number][] {
  const seen = new Uint8Array(256);
  for (let index = 0; index < values.length; index++) seen[values[index]!] = 1;
  return states.filter((_, index) => seen[index] === 1);
}

export type Outliers = NonNullable<Awaited<ReturnType<FleetMapProps["loadTile"]>>["outliers"]>;
