import { useMemo, useState } from "react";
import { FleetMap } from "../src/canvas/fleet/fleet-map.tsx";
import type { FleetColour } from "../src/canvas/props.ts";
import { fakeFleet, fakeLoaders } from "./fake-fleet.ts";

export function FleetPage({ size, by, delayMs }: { size: number; by: string; delayMs: number }) {
  const fleet = useMemo(() => fakeFleet(size), [size]);
  const colour = useMemo<FleetColour>(
    () => (by === "state" ? { by } : { by: "number", title: "duration", unit: "ms" }),
    [by],
  );
  const loaders = useMemo(() => fakeLoaders(fleet, colour, delayMs), [fleet, colour, delayMs]);
  const [selected, select] = useState<{ row: number; column: number }>();
  return (
    <div className="harness-page">
      <FleetMap
        picture="train"
        values={by}
        height={fleet.height}
        width={fleet.width}
        rowDimensions={fleet.rowDimensions}
        columnDimensions={fleet.columnDimensions}
        colour={colour}
        {...loaders}
        selected={selected}
        onOpen={(cell) => {
          select(cell);
          console.log("open", JSON.stringify(cell));
        }}
        onBrush={(brush) => console.log("brush", JSON.stringify(brush))}
        onOpenTask={(ref) => console.log("task", ref)}
        onError={(error) => console.error(error)}
      />
    </div>
  );
}
