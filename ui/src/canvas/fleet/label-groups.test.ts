import { expect, test } from "vitest";
import { labelGroups, labelStep, pickInner } from "./label-groups.ts";

const rows = [
  ["JFK", "AA"],
  ["JFK", "B6"],
  ["LGA", "B6"],
  ["LGA", "UA"],
];

test("equal values side by side are one group", () => {
  expect(labelGroups((index) => rows[index], { from: 0, to: 4 }, 0)).toEqual([
    { text: "JFK", from: 0, to: 2 },
    { text: "LGA", from: 2, to: 4 },
  ]);
});

test("an inner value that goes on in another outer group is another group", () => {
  const inner = labelGroups((index) => rows[index], { from: 0, to: 4 }, 1);
  expect(inner.map(({ text }) => text)).toEqual(["AA", "B6", "B6", "UA"]);
});

test("groups end with what is in view", () => {
  expect(labelGroups((index) => rows[index], { from: 1, to: 3 }, 0)).toEqual([
    { text: "JFK", from: 1, to: 2 },
    { text: "LGA", from: 2, to: 3 },
  ]);
});

test("with some labels only, a group reaches to the next known one", () => {
  const known = (index: number) => (index % 2 === 0 ? rows[index] : undefined);
  expect(labelGroups(known, { from: 0, to: 4 }, 0, 2)).toEqual([
    { text: "JFK", from: 0, to: 2 },
    { text: "LGA", from: 2, to: 4 },
  ]);
});

test("labels that have not come yet leave a hole", () => {
  const known = (index: number) => (index === 1 ? undefined : rows[index]);
  expect(labelGroups(known, { from: 0, to: 3 }, 0)).toEqual([
    { text: "JFK", from: 0, to: 1 },
    { text: "LGA", from: 2, to: 3 },
  ]);
});

test("steps between labels are round", () => {
  expect([20, 8, 3, 0.4, 0.01].map((scale) => labelStep(scale, 14))).toEqual([1, 2, 5, 50, 2_000]);
});

const weeks = Array.from({ length: 30 }, (_, index) => [`${2_000 + Math.floor(index / 10)}`, `w${(index % 10) + 1}`]);
const picked = (step: number, from = 0) =>
  pickInner((index) => weeks[index], { from, to: 30 }, 1, { step, inFull: true }).map(({ text }) => text);

test("inner labels are counted from where their outer value begins", () => {
  expect(picked(4)).toEqual(["w1", "w5", "w1", "w5", "w1", "w5"]);
});

test("labels stay with their cells when the map moves", () => {
  expect(picked(4, 3)).toEqual(["w5", "w1", "w5", "w1", "w5"]);
});

test("where an outer value has not room for two, none is shown", () => {
  expect(picked(10)).toEqual([]);
});
