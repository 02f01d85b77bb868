import { fit, widthOf } from "./width.ts";

export interface TableColumn<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly align?: "left" | "right";
  /** Narrower than this it does not get; the last column takes what is left. */
  readonly least?: number;
  readonly style?: (text: string, row: Row) => string;
}

/** Rows as aligned text in at most `columns`; where that is too narrow, the widest columns give way. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  options: { columns: number; bold: (text: string) => string },
): string[] {
  const cells = rows.map((row) => columns.map((column) => column.of(row)));
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((row) => widthOf(row[index]!))),
  );
  const gaps = 2 * (columns.length - 1);
  for (let over = widths.reduce((sum, width) => sum + width, gaps) - options.columns; over > 0; over--) {
    const widest = widths.indexOf(
      Math.max(...widths.map((width, index) => (width > (columns[index]!.least ?? 6) ? width : 0))),
    );
    if (widths[widest]! <= (columns[widest]!.least ?? 6)) break;
    widths[widest]!--;
  }
  const line = (texts: readonly string[], style: (text: string, index: number) => string): string =>
    texts
      .map((text, index) => style(fit(text, widths[index]!, columns[index]!.align), index))
      .join("  ")
      .trimEnd();
  const head = line(
    columns.map(({ title }) => title),
    options.bold,
  );
  return [
    head,
    ...cells.map((texts, at) => line(texts, (text, index) => columns[index]!.style?.(text, rows[at]!) ?? text)),
  ];
}
