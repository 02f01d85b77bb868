import { useEffect, useEffectEvent, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatExact } from "../format/duration.ts";
import { durationSteps, formatAxisDuration, formatAxisTime } from "./axis.ts";

interface ChartProps {
  readonly label: string;
  /** Milliseconds since 1970, growing. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  readonly text: (value: number) => string;
  /** The values are milliseconds: the axis has round ones. */
  readonly durations?: boolean;
  readonly least?: number | undefined;
  readonly most?: number | undefined;
  readonly onPick: (index: number) => void;
}

const height = 150;

/** One line over time, by uPlot. It takes its colours from the theme, and is drawn anew when that changes. */
export function Chart({ label, times, values, text, durations = false, least, most, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const pick = useEffectEvent(onPick);
  const make = useEffectEvent((element: HTMLDivElement) => {
    const ink = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
    const axis = {
      stroke: ink("--faint"),
      font: "11px Inter Variable",
      grid: { stroke: ink("--line"), width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height,
        padding: [8, 26, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 7, fill: ink("--accent") } },
        scales: { y: { range: (_, low, high) => rangeOf(low, high, least, most) } },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 22,
            space: 76,
            values: (chart, splits) => splits.map((at) => formatAxisTime(at * 1_000, spanOf(chart))),
          },
          {
            ...axis,
            size: 54,
            space: 34,
            ...(durations && { incrs: durationSteps }),
            values: (_, splits) => splits.map((value) => (durations ? formatAxisDuration(value) : text(value))),
          },
        ],
        series: [
          {},
          {
            stroke: ink("--accent"),
            width: 1.5,
            fill: `${ink("--accent")}14`,
            points: { show: times.length < 80, size: 5, fill: ink("--surface"), stroke: ink("--accent") },
            spanGaps: false,
          },
        ],
        hooks: {
          setCursor: [
            (chart) => {
              const at = chart.cursor.idx;
              const value = typeof at === "number" ? values[at] : undefined;
              const when = typeof at === "number" ? times[at] : undefined;
              element.title =
                typeof value !== "number" || when === undefined ? "" : `${text(value)}\n${formatExact(when)}`;
            },
          ],
        },
      },
      [times.map((time) => time / 1_000), [...values]],
      element,
    );
    plot.over.addEventListener("click", () => {
      if (typeof plot.cursor.idx === "number") pick(plot.cursor.idx);
    });
    return plot;
  });
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let plot = make(element);
    const redraw = () => {
      plot.destroy();
      plot = make(element);
    };
    const size = new ResizeObserver(() => plot.setSize({ width: Math.max(120, element.clientWidth), height }));
    size.observe(element);
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      size.disconnect();
      theme.disconnect();
      plot.destroy();
    };
  }, [times, values]);
  return <div ref={place} role="img" aria-label={label} className="h-[150px] overflow-hidden" />;
}

function spanOf(chart: uPlot): number {
  return ((chart.scales["x"]?.max ?? 0) - (chart.scales["x"]?.min ?? 0)) * 1_000;
}

/** Some air around the line; bounds that mean something (0 %, 100 %) are kept. */
function rangeOf(low: number | null, high: number | null, least?: number, most?: number): [number, number] {
  const bottom = low ?? 0;
  const top = high ?? 1;
  const air = (top - bottom || Math.abs(top) || 1) * 0.12;
  return [least ?? bottom - air, most ?? top + air];
}
