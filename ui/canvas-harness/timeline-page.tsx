import { useMemo, useState } from "react";
import { Timeline } from "../src/canvas/timeline/timeline.tsx";
import { fakeTimeline } from "./fake-timeline.ts";

export function TimelinePage({ size }: { size: number }) {
  const timeline = useMemo(() => fakeTimeline(size), [size]);
  const [selected, select] = useState<string>();
  return (
    <div className="harness-page">
      <Timeline
        timeline={timeline}
        from={timeline.from}
        to={timeline.to}
        startedAt={timeline.from}
        selected={selected}
        onOpen={select}
        onSelectStep={(step) => console.log("step", step)}
        onRange={(range) => console.log("range", JSON.stringify(range))}
      />
    </div>
  );
}
