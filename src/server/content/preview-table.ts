import { eachCsvRecord } from "../../core/csv.ts";

const mostRows = 100;
const mostColumns = 50;
const longestCell = 500;

export interface TablePreview {
  readonly type: "table";
  readonly columns: string[];
  readonly rows: string[][];
  readonly bytes: number;
  readonly cut: boolean;
}

/** The first rows and columns of a CSV or TSV file whose beginning is `head`; undefined when it cannot be read as one. */
export function previewTable(name: string, head: Buffer, bytes: number): TablePreview | undefined {
  const isAll = head.length >= bytes;
  // The last line may be cut anywhere, within a character too.
  const end = isAll ? head.length : head.lastIndexOf(0x0a) + 1;
  const text = head.toString("utf8", 0, end);
  const records = /\.tsv$/i.test(name) ? tabRecords(text) : csvRecords(text);
  const [columns, ...rows] = records;
  if (columns === undefined) return undefined;
  const shorten = (fields: readonly string[]): string[] =>
    fields.slice(0, mostColumns).map((cell) => cell.slice(0, longestCell));
  const isCut =
    !isAll ||
    rows.length > mostRows ||
    records.some((fields) => fields.length > mostColumns || fields.some((cell) => cell.length > longestCell));
  return {
    type: "table",
    columns: shorten(columns),
    rows: rows.slice(0, mostRows).map(shorten),
    bytes,
    cut: isCut,
  };
}

/** One more than is shown, so that it is known whether there are more. */
const mostRecords = mostRows + 2;

/** As far as it is CSV: a quote that is still open where the text was cut ends it. */
function csvRecords(text: string): string[][] {
  const records: string[][] = [];
  const enough = new Error("enough");
  try {
    eachCsvRecord(text, (fields) => {
      records.push([...fields]);
      if (records.length >= mostRecords) throw enough;
    });
  } catch {
    // What was read before is what there is to see.
  }
  return records;
}

function tabRecords(text: string): string[][] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/, mostRecords + 1);
  return lines
    .filter((line) => line !== "")
    .slice(0, mostRecords)
    .map((line) => line.split("\t"));
}
