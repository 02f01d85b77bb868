import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eachCsvRecord } from "./csv.ts";

function read(text: string): { fields: string[]; line: number }[] {
  const records: { fields: string[]; line: number }[] = [];
  eachCsvRecord(text, (fields, line) => records.push({ fields: [...fields], line }), "fleet.csv");
  return records;
}

/** What a careful program writes: quotes where they are needed, and where they are not if it likes. */
function write(records: readonly (readonly string[])[], lineEnd: string, quoteAll: boolean): string {
  const field = (text: string): string =>
    quoteAll || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return records.map((record) => record.map(field).join(",") + lineEnd).join("");
}

describe("CSV", () => {
  it("gives back what was written", () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('"', ",", "\r", "\n", " "),
        fc.string({ minLength: 1, maxLength: 1, unit: "binary" }),
      ),
    });
    const records = fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(
        records,
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.boolean(),
        fc.boolean(),
        (written, lineEnd, quoteAll, hasMark) => {
          // Without a mark of its own, a text that begins with one would lose it.
          fc.pre(hasMark || !written[0]?.[0]?.startsWith("\ufeff"));
          const csv = (hasMark ? "\ufeff" : "") + write(written, lineEnd, quoteAll);
          expect(read(csv).map((record) => record.fields)).toEqual(written);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("may end without a line end, and may end in an empty field", () => {
    expect(read("a,b\n1,").map((record) => record.fields)).toEqual([
      ["a", "b"],
      ["1", ""],
    ]);
    expect(read("a,b\n1,2").map((record) => record.fields)).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
  });

  it("counts lines across empty lines and quoted line ends", () => {
    expect(read('a\r\n\r\n"x\r\ny\nz"\r\nb').map((record) => record.line)).toEqual([1, 3, 6]);
  });

  it.each([
    ["a quote that is never closed", 'a,b\n1,2\n3,"4\n5,6\n', 3],
    ["text behind a closing quote", 'a,b\n"1"x,2\n', 2],
    ["a quote inside a bare field", 'a,b\n1,2\n\n5" pipe,2\n', 4],
  ])("refuses %s, naming file and line", (_, text, line) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: "SCENARIOS_INVALID", place: { file: "fleet.csv", line } }),
    );
  });
});
