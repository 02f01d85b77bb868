import { StateDot } from "../shared/state-dot.tsx";
import { count, duration } from "../shared/format.ts";
import type { TimelineHit } from "./lane-layout.ts";
import { phases } from "./phase-colours.ts";

interface TimelineTipProps {
  readonly hit: TimelineHit;
  readonly at: number;
  readonly startedAt: number;
  readonly timeZone: string | undefined;
}

export function TimelineTip({ hit, at, startedAt, timeZone }: TimelineTipProps) {
  const { span } = hit;
  if (span !== undefined) {
    const { at: edges, ref, state, attempt } = span.span;
    return (
      <>
        <div className="canvas-mono">{ref}</div>
        <strong>
          <StateDot state={state} />
          {state}
        </strong>
        {attempt > 1 && <span className="canvas-muted">, attempt {attempt}</span>}
        <dl>
          {phases.map((phase, index) => {
            const length = (edges[index + 1] ?? 0) - (edges[index] ?? 0);
            return length > 0
              ? [<dt key={phase}>{phase}</dt>, <dd key={`${phase} length`}>{duration(length)}</dd>]
              : null;
          })}
          <dt>from</dt>
          <dd>
            {moment(span.start, timeZone)}, {duration(span.start - startedAt)} after the start
          </dd>
        </dl>
      </>
    );
  }
  const { bin, lane } = hit;
  if (bin === undefined || lane.bins === undefined) return null;
  return (
    <>
      <strong>{lane.title}</strong> <span className="canvas-muted">{moment(at, timeZone)}, tasks on average</span>
      <dl>
        {phases.map((phase) => [
          <dt key={phase}>{phase}</dt>,
          <dd key={`${phase} count`}>{tasks(lane.bins![phase][bin]!)}</dd>,
        ])}
      </dl>
    </>
  );
}

const tasks = (value: number) => (value > 0 && value < 10 ? value.toFixed(1) : count(value));

function moment(at: number, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat(undefined, {
    dateStyle: "medium",
    timeStyle: "medium",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}
