import { expect, test } from "vitest";
import { LabelStore } from "./label-store.ts";

function makeStore() {
  const asked: string[] = [];
  const news: unknown[] = [];
  let fails = false;
  const store = new LabelStore(
    () => async (axis, from, limit) => {
      asked.push(`${axis} ${from} ${limit}`);
      if (fails) throw new Error("away");
      return Array.from({ length: limit }, (_, index) => [`${axis} ${from + index}`]);
    },
    (error) => news.push(error),
  );
  return { store, asked, news, fail: (now: boolean) => (fails = now) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("labels in view are read in chunks, each once", async () => {
  const { store, asked } = makeStore();
  store.want("rows", { from: 450, to: 900 }, 1);
  store.want("rows", { from: 460, to: 910 }, 1);
  await settled();
  expect(asked.toSorted()).toEqual(["rows 0 500", "rows 500 500"]);
  expect(store.at("rows", 777)).toEqual(["rows 777"]);
  expect(store.at("columns", 777)).toBeUndefined();
});

test("of a long stretch only those that can be shown are read", async () => {
  const { store, asked } = makeStore();
  store.want("rows", { from: 10, to: 100_000 }, 20_000);
  await settled();
  expect(asked.toSorted()).toEqual(["rows 20000 1", "rows 40000 1", "rows 60000 1", "rows 80000 1"]);
});

test("what failed is told, and read when it is wanted again", async () => {
  const { store, asked, news, fail } = makeStore();
  fail(true);
  store.want("rows", { from: 0, to: 10 }, 1);
  await settled();
  expect(news[0]).toBeInstanceOf(Error);
  fail(false);
  store.want("rows", { from: 0, to: 10 }, 1);
  await settled();
  expect(asked).toHaveLength(2);
  expect(store.at("rows", 3)).toEqual(["rows 3"]);
});

test("a single label is read when it is not known yet", async () => {
  const { store, asked } = makeStore();
  expect(await store.read("columns", 7)).toEqual(["columns 7"]);
  store.want("columns", { from: 0, to: 10 }, 1);
  await settled();
  expect(await store.read("columns", 7)).toEqual(["columns 7"]);
  expect(asked).toEqual(["columns 7 1", "columns 0 500"]);
});
