import type { TimelineProps } from "../canvas/props.ts";

export function Timeline({ timeline }: TimelineProps) {
  return (
    <ul className="p-4">
      {timeline.lanes.map(({ title }) => (
        <li key={title}>{title}</li>
      ))}
    </ul>
  );
}
