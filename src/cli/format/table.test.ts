import { expect, it } from "vitest";
import { growingTable, table } from "./table.ts";
import { widthOf } from "./width.ts";

const rows = [
  { name: "train[origin=JFK,carrier=B6,month=7]", tries: 1, why: "ready" },
  { name: "extract", tries: 12, why: "everything it needs is there" },
];
const columns = [
  { title: "task", of: (row: (typeof rows)[number]) => row.name, least: 10 },
  { title: "tries", of: (row: (typeof rows)[number]) => String(row.tries), align: "right" as const },
  { title: "why", of: (row: (typeof rows)[number]) => row.why, least: 10 },
];
const bold = (text: string): string => text;

it("aligns columns under their titles", () => {
  expect(table(rows, columns, { columns: 100, bold })).toEqual([
    "task                                  tries  why",
    "train[origin=JFK,carrier=B6,month=7]      1  ready",
    "extract                                  12  everything it needs is there",
  ]);
});

it("shortens the widest columns until all fits", () => {
  const lines = table(rows, columns, { columns: 50, bold });
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(50);
  expect(lines[1]).toContain("train[");
  expect(lines[1]).toContain("…");
});

it("leaves each column what it needs at least, however narrow the terminal", () => {
  expect(table(rows, columns, { columns: 5, bold })[1]).toBe("train…h=7]      1  ready");
});

it("widens where rows that come later need more, and has one head", () => {
  const lines = growingTable(columns, { columns: 100, bold });
  expect([...lines(rows.slice(1)), ...lines(rows.slice(0, 1))]).toEqual([
    "task     tries  why",
    "extract     12  everything it needs is there",
    "train[origin=JFK,carrier=B6,month=7]      1  ready",
  ]);
});
