import type { FleetColour, FleetTile } from "../props.ts";

/** What a value says when it is no state and no number. */
export const stateMarks = { outside: 254, none: 255 };
export const numberMarks = { most: 65_533, noNumber: 65_534, none: 65_535 };

export type TileValues = Uint8Array | Uint16Array;

type FromBase64 = typeof Uint8Array & { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };

/** The values of a tile, row by row. Throws when there are not as many as the tile says. */
export function decodeTile({ cells, across, down }: FleetTile, by: FleetColour["by"]): TileValues {
  const bytes = (Uint8Array as FromBase64).fromBase64?.(cells) ?? decodeSlowly(cells);
  const size = by === "state" ? 1 : 2;
  if (bytes.length !== across * down * size) {
    throw new RangeError(`a tile of ${across} × ${down} values has ${bytes.length} bytes`);
  }
  // Every machine that runs a browser stores the low byte first, as the wire does.
  return by === "state" ? bytes : new Uint16Array(bytes.buffer, 0, bytes.length / 2);
}

/** For browsers that cannot do it themselves yet. */
function decodeSlowly(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** The number that 16 bits stand for, or undefined where there is none. */
export function numberOf(value: number, { least, most }: Pick<FleetTile, "least" | "most">): number | undefined {
  if (value > numberMarks.most || least === undefined || most === undefined) return undefined;
  return least + ((most - least) * value) / numberMarks.most;
}
