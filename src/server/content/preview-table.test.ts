import { describe, expect, it } from "vitest";
import { previewTable } from "./preview-table.ts";

const preview = (name: string, text: string, bytes = Buffer.byteLength(text)) =>
  previewTable(name, Buffer.from(text), bytes);

describe("the preview of a table", () => {
  it("reads CSV with quotes, and TSV", () => {
    expect(preview("a.csv", 'a,b\n"1,5","x ""y"""\n')).toMatchObject({
      columns: ["a", "b"],
      rows: [["1,5", 'x "y"']],
      cut: false,
    });
    expect(preview("a.TSV", 'a\tb\r\n1\t"2\r\n')).toMatchObject({
      columns: ["a", "b"],
      rows: [["1", '"2']],
      cut: false,
    });
  });

  it("shows the first rows and columns, and says that there are more", () => {
    const wide = Array.from({ length: 60 }, (_, i) => `c${i}`).join(",");
    const shown = preview("a.csv", `${wide}\n`.repeat(150))!;
    expect([shown.columns.length, shown.rows.length, shown.rows[0]!.length, shown.cut]).toEqual([50, 100, 50, true]);
    expect(preview("a.csv", "a\n" + "1\n".repeat(100))!.cut).toBe(false);
    expect(preview("a.csv", `a\n${"x".repeat(600)}\n`)).toMatchObject({ rows: [["x".repeat(500)]], cut: true });
  });

  it("leaves out a line that is cut, also within quotes", () => {
    expect(preview("a.csv", "a,b\n1,2\n3,", 1000)).toMatchObject({ rows: [["1", "2"]], cut: true });
    expect(preview("a.csv", 'a,b\n1,2\n3,"x\ny', 1000)).toMatchObject({ rows: [["1", "2"]], cut: true });
  });

  it("is none of what cannot be read", () => {
    expect(preview("a.csv", 'a "b" c\n')).toBeUndefined();
    expect(preview("a.csv", "")).toBeUndefined();
  });
});
