import type { FleetColour, FleetTile, FleetWindow } from "../props.ts";
import { decodeTile, type TileValues } from "./decode-tile.ts";

/** A tile as it is kept: its values, and a picture of them with one pixel each, painted when it is first drawn. */
export interface Tile extends FleetWindow {
  readonly values: TileValues;
  readonly by: FleetColour["by"];
  readonly about: Pick<FleetTile, "least" | "most" | "quantiles" | "outliers">;
  image: OffscreenCanvas | undefined;
  /** What it was painted with. */
  paintedWith: unknown;
}

export function makeTile(answer: FleetTile, by: FleetColour["by"]): Tile {
  const { left, top, width, height, across, down, least, most, quantiles, outliers } = answer;
  return {
    left,
    top,
    width,
    height,
    across,
    down,
    values: decodeTile(answer, by),
    by,
    about: { least, most, quantiles, outliers },
    image: undefined,
    paintedWith: undefined,
  };
}

/** Paints the values through a table of pixels, once for each table. */
export function paintTile(tile: Tile, pixels: Uint32Array): OffscreenCanvas {
  if (tile.image !== undefined && tile.paintedWith === pixels) return tile.image;
  const { across, down, values } = tile;
  tile.image ??= new OffscreenCanvas(across, down);
  const data = new ImageData(across, down);
  const words = new Uint32Array(data.data.buffer);
  for (let index = 0; index < words.length; index++) words[index] = pixels[values[index]!]!;
  tile.image.getContext("2d")!.putImageData(data, 0, 0);
  tile.paintedWith = pixels;
  return tile.image;
}

/** The value shown at a cell, or undefined where the tile does not reach. */
export function valueAt(tile: Tile, row: number, column: number): number | undefined {
  if (row < tile.top || column < tile.left || row >= tile.top + tile.height || column >= tile.left + tile.width) {
    return undefined;
  }
  const down = Math.min(tile.down - 1, Math.floor(((row - tile.top) * tile.down) / tile.height));
  const across = Math.min(tile.across - 1, Math.floor(((column - tile.left) * tile.across) / tile.width));
  return tile.values[down * tile.across + across];
}
