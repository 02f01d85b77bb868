import { expect, test } from "vitest";
import type { FleetTile } from "../props.ts";
import { decodeTile, numberOf } from "./decode-tile.ts";

const tile = (bytes: Uint8Array, across: number, down: number): FleetTile => ({
  version: 1,
  left: 0,
  top: 0,
  width: across,
  height: down,
  across,
  down,
  cells: Buffer.from(bytes).toString("base64"),
});

test("states come as bytes, row by row", () => {
  expect([...decodeTile(tile(Uint8Array.of(4, 5, 254, 255), 2, 2), "state")]).toEqual([4, 5, 254, 255]);
});

test("numbers come as 16 bits, the low byte first", () => {
  const bytes = Uint8Array.of(0x01, 0x02, 0xfe, 0xff, 0xff, 0xff);
  expect([...decodeTile(tile(bytes, 3, 1), "number")]).toEqual([0x0201, 65_534, 65_535]);
});

test("a tile with too few bytes is refused", () => {
  expect(() => decodeTile(tile(Uint8Array.of(1, 2, 3), 2, 2), "state")).toThrow(RangeError);
});

test("a value lies between the least and the most; marks are no numbers", () => {
  const range = { least: 10, most: 20 };
  expect(numberOf(0, range)).toBe(10);
  expect(numberOf(65_533, range)).toBe(20);
  expect(numberOf(65_534, range)).toBeUndefined();
  expect(numberOf(65_535, range)).toBeUndefined();
});
