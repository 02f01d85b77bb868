import type { FleetMapProps } from "../canvas/props.ts";

export function FleetMap({ height, width }: FleetMapProps) {
  return (
    <p className="p-4 text-faint">
      {height} × {width} cells
    </p>
  );
}
