import { duration } from "../shared/format.ts";
import type { PlacedLane } from "./lane-layout.ts";
import { phases } from "./phase-colours.ts";

const most = 100;

/** The first tasks in view, or the peaks of each lane, for those who do not look at the drawing. */
export function TimelineTable({ lanes, startedAt }: { lanes: readonly PlacedLane[]; startedAt: number }) {
  const spans = lanes.flatMap((lane) => lane.spans).slice(0, most);
  return (
    <div className="canvas-hidden">
      <table>
        <caption>Lanes</caption>
        <tbody>
          {lanes.map(({ title, spans: own, bins, peak }) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              <td>
                {bins === undefined
                  ? `${own.length} ${own.length === 1 ? "attempt" : "attempts"}`
                  : `at most ${Math.ceil(peak.busy)} tasks at once, ${Math.round(peak.waiting)} waiting`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {spans.length > 0 && (
        <table>
          <caption>Attempts, the first {most}</caption>
          <thead>
            <tr>
              <th scope="col">task</th>
              <th scope="col">state</th>
              <th scope="col">begins after</th>
              {phases.map((phase) => (
                <th key={phase} scope="col">
                  {phase}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {spans.map(({ span, start }) => (
              <tr key={`${span.ref} ${span.attempt}`}>
                <th scope="row">{span.ref}</th>
                <td>{span.state}</td>
                <td>{duration(start - startedAt)}</td>
                {phases.map((phase, index) => (
                  <td key={phase}>{duration((span.at[index + 1] ?? 0) - (span.at[index] ?? 0))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
