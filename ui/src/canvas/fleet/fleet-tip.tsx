import { safeText } from "../../format/safe-text.ts";
import type { FleetColour, FleetMapProps } from "../props.ts";
import { StateDot } from "../shared/state-dot.tsx";
import { states } from "../shared/states.ts";
import type { Labels } from "./label-store.ts";
import type { Tile } from "./tile.ts";
import { valueInWords } from "./value-words.ts";

interface FleetTipProps extends Pick<FleetMapProps, "rowDimensions" | "columnDimensions"> {
  readonly rowLabels: Labels | undefined;
  readonly columnLabels: Labels | undefined;
  readonly tile: Tile | undefined;
  readonly value: number | undefined;
  readonly colour: FleetColour;
}

export function FleetTip({
  rowDimensions,
  columnDimensions,
  rowLabels,
  columnLabels,
  tile,
  value,
  colour,
}: FleetTipProps) {
  const words = valueInWords(value, tile, colour);
  const state = tile?.by === "state" && value !== undefined ? states[value] : undefined;
  const gathered = tile === undefined ? 1 : Math.round(tile.width / tile.across) * Math.round(tile.height / tile.down);
  return (
    <>
      <strong>
        {state !== undefined && <StateDot state={state} />}
        {colour.by === "number" ? `${colour.title} ${words}` : words}
      </strong>
      {gathered > 1 && <span className="canvas-muted"> among {gathered} cells here</span>}
      <dl>
        <Dimensions names={rowDimensions} labels={rowLabels} />
        <Dimensions names={columnDimensions} labels={columnLabels} />
      </dl>
    </>
  );
}

function Dimensions({ names, labels }: { names: readonly string[]; labels: Labels | undefined }) {
  return names.map((name, index) => [
    <dt key={name}>{name}</dt>,
    <dd key={`${name} value`} className="canvas-mono">
      {safeText(labels?.[index] ?? "…", 200)}
    </dd>,
  ]);
}
