import { useQuery } from "@tanstack/react-query";
import { Table2 } from "lucide-react";
import { useMemo } from "react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { call } from "../api/client.ts";
import { runKeys } from "../api/runs.ts";
import { Empty } from "../components/notice.tsx";
import { Rows, type Column } from "../components/rows.tsx";
import { SkeletonRows } from "../components/skeleton.tsx";
import { safeText } from "../format/safe-text.ts";
import { useSelection } from "../run/use-run.ts";

type Page = ResponseOf<"listScenarios">;
type Row = { readonly id: number; readonly cells: Page["rows"][number] };

const pageSize = 200;

/** The scenario table of the run, narrowed by the conditions of the selection. */
export function Scenarios({ run }: { readonly run: string }) {
  const { selection } = useSelection();
  const where = useMemo(() => [...selection.where], [selection.where]);
  const queryKey = [...runKeys.run(run), "scenarios", where];
  const { data: first } = useQuery({
    queryKey: [...queryKey, null],
    queryFn: ({ signal }) => call("listScenarios", { run, where, limit: pageSize }, signal),
  });
  const columns = useMemo(() => first?.columns.map(columnOf) ?? [], [first]);
  if (!first) return <SkeletonRows rows={6} height={28} />;
  return (
    <div className="h-96">
      <Rows<Page, Row>
        label="Scenarios"
        columns={columns}
        rowHeight={28}
        pageSize={pageSize}
        queryKey={queryKey}
        load={(after, signal) => call("listScenarios", { run, where, after, limit: pageSize }, signal)}
        rowsOf={rowsOf}
        nextOf={(page) => page.next}
        keyOf={(row) => row.cells.join("\u0000")}
        empty={<Empty icon={Table2} title="No scenario meets the conditions" />}
      />
    </div>
  );
}

function columnOf({ name, role }: Page["columns"][number], at: number): Column<Row> {
  return {
    id: `${at}`,
    head: safeText(name, 60),
    width: "minmax(80px, 1fr)",
    cell: ({ cells }) => (
      <span className={`num ${role === "label" ? "text-soft" : ""}`}>{safeText(String(cells[at] ?? "–"), 200)}</span>
    ),
  };
}

const rowsByPage = new WeakMap<Page, readonly Row[]>();

function rowsOf(page: Page): readonly Row[] {
  const known = rowsByPage.get(page);
  if (known) return known;
  const rows = page.rows.map((cells, id) => ({ id, cells }));
  rowsByPage.set(page, rows);
  return rows;
}
