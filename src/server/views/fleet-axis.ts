import { unknownColumn } from "../../core/columns.ts";
import { sortRows } from "../../core/key-order.ts";
import { project } from "../../core/projection.ts";
import { remembered, type RunView } from "./run-view.ts";
import type { StepView } from "./step-view.ts";

/** One side of a step's heat-map: the combinations of values of some of its dimensions that occur, in key order. */
export interface FleetAxis {
  readonly size: number;
  /** For each task of the step, the place of its combination. */
  readonly placeOfTask: Int32Array;
  /** The texts of the combinations in [`from`, `from + limit`), one per dimension. */
  labels(from: number, limit: number): string[][];
  readonly bytes: number;
}

/** Places by name are kept, because they stay the same for as long as the run exists; so many at most. */
const mostAxes = 16;

/**
 * The axis of these dimensions, the first one weighing most. None at all: one place for all tasks.
 * Throws `DIMENSION_UNKNOWN` for a dimension that the step does not vary by.
 */
export function fleetAxis(view: RunView, step: StepView, dimensions: readonly string[]): FleetAxis {
  const names = [...new Set(dimensions)];
  for (const name of names) if (!step.shape.by.includes(name)) throw unknownColumn("dimension", name, step.shape.by);
  const id = `axis ${step.shape.index} ${JSON.stringify(names)}`;
  const known = [...view.forShape.keys()].filter((key) => key.startsWith("axis "));
  if (known.length >= mostAxes && !known.includes(id)) view.forShape.delete(known[0]!);
  return remembered(view.forShape, id, () => makeAxis(view, step, names));
}

/** 25 ms for both axes of 500,000 tasks. */
function makeAxis({ scenarios }: RunView, { shape }: StepView, names: readonly string[]): FleetAxis {
  const columns = names.map((name) => scenarios.columns.find((column) => column.name === name)!);
  const combinations = project(scenarios.size, columns);
  const rows = sortRows(combinations.firstRow, columns);
  const place = new Int32Array(combinations.size);
  rows.forEach((row, at) => (place[combinations.taskOfRow[row]!] = at));
  const placeOfTask = shape.firstRow.map((row) => place[combinations.taskOfRow[row]!]!);
  return {
    size: combinations.size,
    placeOfTask,
    labels: (from, limit) =>
      Array.from(rows.subarray(from, from + limit), (row) =>
        columns.map(({ values, codes }) => String(values[codes[row]!])),
      ),
    bytes: placeOfTask.byteLength + rows.byteLength + 2 * combinations.taskOfRow.byteLength,
  };
}
