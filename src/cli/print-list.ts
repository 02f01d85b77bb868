import { growingTable, type TableColumn } from "./format/table.ts";
import type { Terminal } from "./terminal.ts";

export interface ListLook<Row> {
  readonly columns: readonly TableColumn<Row>[];
  /** Said when there is nothing. */
  readonly none: string;
}

/**
 * Prints a list as it comes, as a table or (`--json`) as one array. Waits where the reader is
 * slow, so that a list of any length needs no more memory than one of its pages.
 */
export async function printList<Row>(
  pages: AsyncIterable<readonly Row[]>,
  { columns, none }: ListLook<Row>,
  terminal: Terminal,
): Promise<void> {
  const lines = growingTable(columns, { columns: terminal.columns, bold: terminal.paint.bold });
  let isFirst = true;
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    if (terminal.json) terminal.write(`${isFirst ? "[" : ","}${rows.map((row) => JSON.stringify(row)).join(",")}`);
    else terminal.print(lines(rows).join("\n"));
    isFirst = false;
    await terminal.drained();
  }
  if (terminal.json) terminal.write(isFirst ? "[]\n" : "]\n");
  else if (isFirst) terminal.print(none);
}
