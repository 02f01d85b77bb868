import { expect, it } from "vitest";
import { together } from "./watched.ts";

const many = Array.from({ length: 20 }, (_, at) => `r${at}`);

it("keeps to the runs and logs that were asked for last, when they are too many", () => {
  const all = together(many.map((run) => ({ runs: [run], logs: [`${run}/train`] })));
  expect(all.runs).toEqual(many.slice(4));
  expect(all.logs).toEqual(many.slice(12).map((run) => `${run}/train`));
});

it("leaves out logs whose names would make the address too long, the others are told of", () => {
  const long = `r1/${"é".repeat(5_000)}`;
  expect(together([{ runs: [], logs: ["r0/train", long, "r2/train"] }]).logs).toEqual(["r2/train"]);
});
