import { safeText } from "../../format/safe-text.ts";
import type { FleetColour, Stretch } from "../props.ts";
import type { LabelStore } from "./label-store.ts";
import { valueAt, type Tile } from "./tile.ts";
import { valueInWords } from "./value-words.ts";

const most = { rows: 25, columns: 16 };

interface FleetTableProps {
  readonly seen: { readonly rows: Stretch; readonly columns: Stretch };
  readonly labels: LabelStore;
  readonly tiles: readonly Tile[];
  readonly colour: FleetColour;
}

/** The beginning of what is in view, for those who do not look at it. */
export function FleetTable({ seen, labels, tiles, colour }: FleetTableProps) {
  const indices = ({ from, to }: Stretch, limit: number) =>
    Array.from({ length: Math.min(limit, to - from) }, (_, index) => from + index);
  const columns = indices(seen.columns, most.columns);
  const name = (axis: "rows" | "columns", index: number) =>
    safeText(labels.at(axis, index)?.join(" ") || `${index + 1}`, 200);
  return (
    <div className="canvas-hidden">
      <table>
        <caption>The first cells in view</caption>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col">
                {name("columns", column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indices(seen.rows, most.rows).map((row) => (
            <tr key={row}>
              <th scope="row">{name("rows", row)}</th>
              {columns.map((column) => {
                const tile = tiles.findLast((each) => valueAt(each, row, column) !== undefined);
                return <td key={column}>{valueInWords(tile && valueAt(tile, row, column), tile, colour)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
