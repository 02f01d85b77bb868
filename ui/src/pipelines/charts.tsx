import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { formatDuration } from "../format/duration.ts";
import { formatAmount, formatNumber } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import { Chart } from "./chart.tsx";
import { seriesOf, type PipelineRun, type Series } from "./series.ts";

const texts: Readonly<Record<Series["kind"], (value: number) => string>> = {
  duration: formatDuration,
  share: (value) => `${formatAmount(value)} %`,
  number: formatNumber,
};

/** Duration, success and the key numbers, run by run. A point opens its run. */
export function Charts({ runs }: { readonly runs: readonly PipelineRun[] }) {
  const navigate = useNavigate();
  const series = useMemo(() => seriesOf(runs), [runs]);
  const inOrder = useMemo(() => runs.map(({ run }) => run).toSorted((a, b) => a.createdAt - b.createdAt), [runs]);
  return (
    <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3 2xl:grid-cols-4">
      {series.map(({ title, kind, values }) => {
        const last = values.findLast((value) => value !== null);
        return (
          <figure key={title} className="panel min-w-0 p-3">
            <figcaption className="mb-1 flex items-baseline justify-between gap-2 text-sm">
              <span className="truncate font-medium">{safeText(title, 80)}</span>
              <span className="num text-faint">{last === undefined || last === null ? "–" : texts[kind](last)}</span>
            </figcaption>
            <Chart
              label={`${safeText(title, 80)} over ${runs.length} runs; the numbers stand in the table below`}
              times={inOrder.map(({ createdAt }) => createdAt)}
              values={values}
              text={texts[kind]}
              durations={kind === "duration"}
              least={kind === "number" ? undefined : 0}
              most={kind === "share" ? 100 : undefined}
              onPick={(index) => {
                const run = inOrder[index];
                if (run) void navigate({ to: "/runs/$run", params: { run: run.id } });
              }}
            />
          </figure>
        );
      })}
    </div>
  );
}
