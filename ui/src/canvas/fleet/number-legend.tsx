import { useState } from "react";
import type { FleetTile } from "../props.ts";
import { measured } from "../shared/format.ts";
import type { NumberLook } from "./cell-colours.ts";
import type { Outliers } from "./fleet-legend.tsx";
import { shareOf, type NumberRange } from "./number-scale.ts";

interface NumberLegendProps {
  readonly look: NumberLook;
  readonly about: Pick<FleetTile, "least" | "most" | "quantiles" | "outliers">;
  readonly title: string;
  readonly unit: string | undefined;
  readonly onOutlier: (outlier: Outliers[number]) => void;
}

const width = 240;

/** The scale, above it where most of the values are, beside it those far out. */
export function NumberLegend({ look, about, title, unit, onOutlier }: NumberLegendProps) {
  const { range, colours } = look;
  const { least, most, quantiles = [], outliers = [] } = about;
  if (least === undefined || most === undefined) return <span className="canvas-muted">no numbers yet</span>;
  const words = (value: number) => measured(value, unit);
  return (
    <>
      <strong>{title}</strong>
      <span className="fleet-end">{`${range.low > least ? "≤ " : ""}${words(range.low)}`}</span>
      <svg
        className="fleet-scale"
        viewBox={`0 0 ${width} 26`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`from ${words(least)} to ${words(most)}`}
      >
        <path d={densityPath(quantiles, range)} className="fleet-density" />
        {Array.from({ length: 48 }, (_, index) => (
          <rect
            key={index}
            x={(index * width) / 48}
            y="17"
            width={width / 48 + 0.5}
            height="9"
            shapeRendering="crispEdges"
            fill={colours[Math.round((index / 47) * (colours.length - 1))]}
          />
        ))}
      </svg>
      <span className="fleet-end">{`${range.high < most ? "≥ " : ""}${words(range.high)}`}</span>
      {outliers.length > 0 && <OutlierList outliers={outliers} words={words} onPick={onOutlier} />}
    </>
  );
}

/** A tenth of the values lies between two quantiles: the narrower, the higher. */
function densityPath(quantiles: readonly number[], range: NumberRange): string {
  const bars = quantiles.slice(1).map((to, index) => {
    const from = quantiles[index]!;
    const [x0, x1] = [shareOf(from, range) * width, shareOf(to, range) * width];
    return { x0, x1: Math.max(x1, x0 + 1.5), density: 1 / Math.max(to - from, (range.high - range.low) / 200) };
  });
  const highest = Math.max(...bars.map(({ density }) => density), 0);
  return bars
    .map(({ x0, x1, density }) => {
      const top = 16 - 14 * Math.sqrt(density / highest);
      return `M${x0.toFixed(1)} 16V${top.toFixed(1)}H${x1.toFixed(1)}V16Z`;
    })
    .join("");
}

function OutlierList({
  outliers,
  words,
  onPick,
}: {
  outliers: Outliers;
  words: (value: number) => string;
  onPick: (outlier: Outliers[number]) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <span className="fleet-outliers" onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {outliers.length} furthest out
      </button>
      {open && (
        <ul>
          {outliers.map((outlier) => (
            <li key={outlier.ref}>
              <button
                type="button"
                onClick={() => {
                  setOpen(false);
                  onPick(outlier);
                }}
              >
                <span className="canvas-mono">{outlier.ref}</span>
                <span>{words(outlier.value)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </span>
  );
}
