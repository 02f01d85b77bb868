import type { RunDetail } from "../../../src/api/schemas/run.ts";
import type { FleetCell } from "../canvas/props.ts";
import type { RunSearch } from "./run-search.ts";

/** Which step the heat-map shows, and its dimensions down and across. */
export interface FleetPicture {
  readonly step: string;
  readonly by: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  conditionsOf(cell: FleetCell): readonly string[];
}

/**
 * What the address asks for; else the largest step that varies, with its last dimension across and the others down: the
 * last is what changes fastest, a month or a period.
 */
export function pictureOf(run: RunDetail, search: RunSearch): FleetPicture | undefined {
  const varied = run.steps.filter(({ by }) => by.length > 0);
  const wanted = search.of ?? (search.step?.length === 1 ? search.step[0] : undefined);
  const largest = varied.toSorted((a, b) => b.tasks - a.tasks)[0];
  const step = varied.find(({ name }) => name === wanted) ?? largest;
  if (!step) return undefined;
  const known = (names: readonly string[] | undefined) => names?.filter((name) => step.by.includes(name));
  const asked = { rows: known(search.rows), columns: known(search.columns) };
  const chosen = (asked.rows?.length ?? 0) + (asked.columns?.length ?? 0) > 0;
  const columns = chosen ? (asked.columns ?? []) : step.by.slice(-1);
  const rows = chosen ? (asked.rows ?? []) : step.by.slice(0, -1);
  return {
    step: step.name,
    by: step.by,
    rows,
    columns,
    conditionsOf: (cell) => [
      ...rows.map((name, at) => `${name}=${cell.rowLabels[at]}`),
      ...columns.map((name, at) => `${name}=${cell.columnLabels[at]}`),
    ],
  };
}

/** The task of a cell; undefined when the cell gathers several. */
export function refOf(run: RunDetail, picture: FleetPicture, cell: FleetCell): string | undefined {
  const values = new Map<string, string | undefined>([
    ...picture.rows.map((name, at) => [name, cell.rowLabels[at]] as const),
    ...picture.columns.map((name, at) => [name, cell.columnLabels[at]] as const),
  ]);
  const by = run.steps.find(({ name }) => name === picture.step)?.by ?? [];
  if (!by.every((name) => values.get(name) !== undefined)) return undefined;
  return `${picture.step}[${by.map((name) => `${name}=${values.get(name)}`).join(",")}]`;
}
