import type { FleetMapProps } from "../props.ts";
import type { Tile } from "./tile.ts";

/** The whole of a picture as it was last drawn. */
export interface DrawnWhole extends Pick<FleetMapProps, "picture" | "values"> {
  readonly tile: Tile | undefined;
}

/** What stands in for a picture until its own cells have come: those of the one before, if they are the same the other way around. */
export function standInOf(before: DrawnWhole | undefined, { turnedPicture, values }: FleetMapProps): Tile | undefined {
  if (before?.tile === undefined || before.picture !== turnedPicture || before.values !== values) return undefined;
  return turned(before.tile);
}

/** Down and across in each other's place. */
export function turned({ left, top, width, height, across, down, values, by, about }: Tile): Tile {
  const cells = values.slice();
  for (let row = 0; row < down; row++)
    for (let column = 0; column < across; column++) cells[column * down + row] = values[row * across + column]!;
  const size = { left: top, top: left, width: height, height: width, across: down, down: across };
  return { ...size, values: cells, by, about, image: undefined, paintedWith: undefined };
}
