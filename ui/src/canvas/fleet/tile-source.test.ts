import { expect, test } from "vitest";
import type { FleetTile, FleetWindow } from "../props.ts";
import type { Tile } from "./tile.ts";
import { TileSource } from "./tile-source.ts";
import type { Looked } from "./wanted-window.ts";

const shape = { height: 1_000, width: 1_000 };
const all: Looked = {
  rows: { from: 0, to: 1_000 },
  columns: { from: 0, to: 1_000 },
  pixelsPerRow: 0.5,
  pixelsPerColumn: 0.5,
};
const near = (row: number): Looked => ({
  rows: { from: row, to: row + 50 },
  columns: { from: 0, to: 50 },
  pixelsPerRow: 10,
  pixelsPerColumn: 10,
});

/** A server that answers when it is told to. */
function makeServer(standIn?: Tile) {
  const asked: { window: FleetWindow; signal: AbortSignal; answer: () => Promise<void>; fail: () => Promise<void> }[] =
    [];
  const wishes = { values: "1", by: "state" as const };
  const told: unknown[] = [];
  const source = new TileSource(
    shape,
    () => ({
      ...wishes,
      loadTile: (window, signal) =>
        new Promise<FleetTile>((resolve, reject) => {
          const cells = Buffer.alloc(window.across * window.down, 4).toString("base64");
          asked.push({
            window,
            signal,
            answer: async () => {
              resolve({ version: 1, ...window, cells });
              await settled();
            },
            fail: async () => {
              reject(new Error("away"));
              await settled();
            },
          });
        }),
    }),
    (error) => told.push(error),
    standIn,
  );
  return { source, asked, wishes, told };
}

/** Lets everything that is due be done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what stands in is drawn until the whole is there, and spares no question", async () => {
  const standIn = { across: 1_000, down: 500 } as Tile;
  const { source, asked } = makeServer(standIn);
  source.look(all);
  expect(source.drawn).toEqual([standIn]);
  await asked[0]!.answer();
  expect(source.drawn).toEqual([source.whole]);
});

test("the whole is asked for at once, and is enough when it is what is looked at", async () => {
  const { source, asked, told } = makeServer();
  source.look(all);
  await asked[0]!.answer();
  expect(asked).toHaveLength(1);
  expect(source.whole?.across).toBe(500);
  expect(told).toEqual([undefined]);
});

test("coming nearer asks for the near part, and the whole stays", async () => {
  const { source, asked } = makeServer();
  source.look(all);
  await asked[0]!.answer();
  source.look(near(400));
  source.renew();
  await asked[1]!.answer();
  expect(source.near).toMatchObject({ across: asked[1]!.window.width });
  expect(source.whole).toBeDefined();
});

test("moving on gives up what nobody waits for any more", async () => {
  const { source, asked } = makeServer();
  source.look(all);
  await asked[0]!.answer();
  source.look(near(100));
  source.renew();
  source.look(near(800));
  source.renew();
  expect(asked[1]!.signal.aborted).toBe(true);
  await asked[1]!.answer();
  expect(source.near).toBeUndefined();
  await asked[2]!.answer();
  expect(source.near?.top).toBeGreaterThan(700);
});

test("old pixels stay until the new ones have come, however fast values change", async () => {
  const { source, asked, wishes } = makeServer();
  source.look(all);
  await asked[0]!.answer();
  const old = source.whole;
  for (const version of ["2", "3", "4"]) {
    wishes.values = version;
    source.renew();
  }
  expect(source.whole).toBe(old);
  expect(asked).toHaveLength(2);
  await asked[1]!.answer();
  expect(source.whole).not.toBe(old);
  // What came was of version 2: the newest is asked for once more, and no more than once.
  expect(asked).toHaveLength(3);
  await asked[2]!.answer();
  expect(asked).toHaveLength(3);
});

test("a request that fails is told, and what there was stays", async () => {
  const { source, asked, wishes, told } = makeServer();
  source.look(all);
  await asked[0]!.answer();
  wishes.values = "2";
  source.renew();
  await asked[1]!.fail();
  expect(told.at(-1)).toBeInstanceOf(Error);
  expect(source.whole).toBeDefined();
  source.renew();
  expect(asked).toHaveLength(3);
});

test("when it is stopped nothing is told any more", async () => {
  const { source, asked, told } = makeServer();
  source.look(all);
  source.stop();
  await asked[0]!.answer();
  expect(told).toEqual([]);
});

test("after a stop it begins anew", async () => {
  const { source, asked } = makeServer();
  source.look(all);
  source.stop();
  source.renew();
  await asked[1]!.answer();
  expect(source.whole).toBeDefined();
});
