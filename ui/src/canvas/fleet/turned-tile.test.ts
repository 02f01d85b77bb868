import { expect, test } from "vitest";
import { makeTile, type Tile, valueAt } from "./tile.ts";
import { standInOf, turned } from "./turned-tile.ts";

const wide = makeTile(
  {
    version: 1,
    left: 2,
    top: 7,
    width: 3,
    height: 2,
    across: 3,
    down: 2,
    cells: Buffer.of(1, 2, 3, 4, 5, 6).toString("base64"),
  },
  "state",
);
const props = { picture: "b × a", turnedPicture: "a × b", values: "1" } as Parameters<typeof standInOf>[1];

test("each cell has its value at the place that is its own the other way around", () => {
  const tall: Tile = turned(wide);
  expect(tall).toMatchObject({ left: 7, top: 2, width: 2, height: 3, across: 2, down: 3 });
  for (let row = 7; row < 9; row++)
    for (let column = 2; column < 5; column++) expect(valueAt(tall, column, row)).toBe(valueAt(wide, row, column));
});

test("a picture stands in for its own turn, as long as it shows the same", () => {
  expect(standInOf({ picture: "a × b", values: "1", tile: wide }, props)).toEqual(turned(wide));
  expect(standInOf({ picture: "a × b", values: "2", tile: wide }, props)).toBeUndefined();
  expect(standInOf({ picture: "a × c", values: "1", tile: wide }, props)).toBeUndefined();
  expect(standInOf({ picture: "a × b", values: "1", tile: undefined }, props)).toBeUndefined();
  expect(standInOf(undefined, props)).toBeUndefined();
});
