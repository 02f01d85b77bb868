import type { Measure } from "../shared/fit-text.ts";
import type { Labels } from "./label-store.ts";

/** Room for the labels: a column for each dimension down, a line for each dimension across. */
export interface HeaderSizes {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** The innermost labels across stand upright, as they are wider than their cells. */
  readonly upright: boolean;
  readonly left: number;
  readonly top: number;
}

const widest = 132;
const highest = 96;
const line = 18;

export interface Header {
  readonly dimensions: readonly string[];
  /** The first labels: what comes later is cut to the room that these need. */
  readonly sample: readonly Labels[];
}

/** `cellWidth`: how wide a cell is when all is shown. */
export function headerSizes(rows: Header, columns: Header, cellWidth: number, measure: Measure): HeaderSizes {
  const widestOf = ({ dimensions, sample }: Header, level: number, withName: boolean) =>
    sample.reduce(
      (most, label) => Math.max(most, measure(label[level] ?? "")),
      withName ? Math.min(84, measure(dimensions[level]!)) : 0,
    );
  const rowWidths = rows.dimensions.map((_, level) => Math.ceil(Math.min(widest, widestOf(rows, level, true)) + 14));
  const inner = columns.dimensions.length - 1;
  const innerWidth = inner < 0 ? 0 : widestOf(columns, inner, false);
  const upright = innerWidth > 30 && innerWidth > cellWidth - 4;
  const heights = columns.dimensions.map((_, level) =>
    level === inner && upright ? Math.ceil(Math.min(highest, innerWidth)) + 10 : line,
  );
  const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0);
  return {
    rows: rowWidths,
    columns: heights,
    upright,
    left: Math.max(8, sum(rowWidths)),
    top: Math.max(8, sum(heights), rows.dimensions.length > 0 ? line : 0) + 4,
  };
}
