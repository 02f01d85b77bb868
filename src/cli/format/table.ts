import { fit, widthOf } from "./width.ts";

export interface TableColumn<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly align?: "left" | "right";
  /** Narrower than this it does not get. */
  readonly least?: number;
  readonly style?: (text: string, row: Row) => string;
}

/** Columns without a wish of their own are not shortened below this. */
const leastWidth = 6;

/** Rows as aligned text in at most `columns`; where that is too narrow, the widest columns give way. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  options: { columns: number; bold: (text: string) => string },
): string[] {
  return growingTable(columns, options)(rows);
}

/** The same for rows that come in parts: the first ones get the head; columns widen where later ones need more. */
export function growingTable<Row>(
  columns: readonly TableColumn<Row>[],
  options: { columns: number; bold: (text: string) => string },
): (rows: readonly Row[]) => string[] {
  const titles = columns.map(({ title }) => title);
  let widest: readonly number[] | undefined;
  return (rows) => {
    const cells = rows.map((row) => columns.map((column) => column.of(row)));
    const head = widest === undefined ? [titles] : [];
    widest = cells.reduce(widen, widest ?? titles.map(widthOf));
    const widths = fitWidths(columns, widest, options.columns);
    const line = (texts: readonly string[], style: (text: string, index: number) => string): string =>
      texts
        .map((text, index) => style(fit(text, widths[index]!, columns[index]!.align), index))
        .join("  ")
        .trimEnd();
    return [
      ...head.map((texts) => line(texts, options.bold)),
      ...cells.map((texts, at) => line(texts, (text, index) => columns[index]!.style?.(text, rows[at]!) ?? text)),
    ];
  };
}

function widen(widths: readonly number[], texts: readonly string[]): readonly number[] {
  return widths.map((width, index) => Math.max(width, widthOf(texts[index]!)));
}

function fitWidths<Row>(columns: readonly TableColumn<Row>[], wanted: readonly number[], available: number): number[] {
  const widths = [...wanted];
  const gaps = 2 * (columns.length - 1);
  let over = widths.reduce((sum, width) => sum + width, gaps) - available;
  for (; over > 0; over--) {
    const yielding = widths.map((width, index) => (width > (columns[index]!.least ?? leastWidth) ? width : 0));
    const widest = Math.max(...yielding);
    if (widest === 0) break;
    widths[yielding.indexOf(widest)]!--;
  }
  return widths;
}
