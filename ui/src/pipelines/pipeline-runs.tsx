import { Link } from "@tanstack/react-router";
import { StateBar } from "../components/state-bar.tsx";
import { RunStateMark } from "../components/state.tsx";
import { TimeAgo } from "../components/time.tsx";
import { formatDuration } from "../format/duration.ts";
import { formatNumber } from "../format/number.ts";
import { safeText, valueText } from "../format/safe-text.ts";
import { seriesOf, type PipelineRun } from "./series.ts";

const mostNumbers = 4;

/** The same as the charts, as a table. */
export function PipelineRuns({ runs }: { readonly runs: readonly PipelineRun[] }) {
  const names = seriesOf(runs)
    .filter(({ kind }) => kind === "number")
    .slice(0, mostNumbers)
    .map(({ title }) => title);
  const heads = ["State", "Selection and parameters", "Tasks", "Duration", ...names, "Started"];
  return (
    <section className="panel overflow-x-auto" aria-label="Runs">
      <table className="w-full text-sm">
        <thead>
          <tr>
            {heads.map((head, at) => (
              <th
                key={head}
                scope="col"
                className={`label px-4 py-2 font-medium ${at < 3 ? "text-left" : "text-right"}`}
              >
                {safeText(head, 60)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map(({ run, durationMs, numbers }) => (
            <tr key={run.id} className="relative border-t border-line hover:bg-hover">
              <td className="px-4 py-2">
                <Link to="/runs/$run" params={{ run: run.id }} className="after:absolute after:inset-0">
                  <RunStateMark state={run.state} />
                  <span className="code ml-2 text-faint">{run.id.slice(0, 8)}</span>
                </Link>
              </td>
              <td className="max-w-80 truncate px-4 py-2">
                {safeText(run.selection, 60)}{" "}
                <span className="code text-faint">
                  {run.changedParams
                    .map((name) => `${safeText(name, 30)}=${valueText(run.params[name], 20)}`)
                    .join(" ")}
                </span>
              </td>
              <td className="w-52 px-4 py-2">
                <StateBar counts={run.tasks} />
              </td>
              <td className="num px-4 py-2 text-right">
                {durationMs === undefined ? "–" : formatDuration(durationMs)}
              </td>
              {names.map((name) => (
                <td key={name} className="num px-4 py-2 text-right">
                  {Object.hasOwn(numbers, name) ? formatNumber(numbers[name] ?? Number.NaN) : "–"}
                </td>
              ))}
              <td className="px-4 py-2 text-right">
                <TimeAgo at={run.createdAt} className="text-soft" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
