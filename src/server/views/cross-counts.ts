import { findColumn } from "../../core/columns.ts";
import { FlotillaError } from "../../core/errors.ts";
import { project } from "../../core/projection.ts";
import type { ScenarioColumn } from "../../core/scenario-set.ts";
import { taskStates } from "../../core/task-state.ts";
import { type ChosenTasks, isChosen } from "./choose-tasks.ts";
import type { RunView } from "./run-view.ts";
import type { StepView } from "./step-view.ts";

/** Tasks by state, in a table of two columns of the scenarios (or of the steps). */
export interface CrossCounts {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row by row; for each the number of tasks in each state, by its index. */
  readonly cells: Int32Array;
}

const mostCells = 100_000;

/**
 * Counts the chosen tasks by the values of a dimension, a label, or `step`. A step that does not vary by a dimension does
 * not count in it; a task with several scenarios counts under each label that one of them has.
 * Throws `DIMENSION_UNKNOWN`, and `USAGE` for a table that nobody could read. 25 ms for 1,000,000 tasks.
 */
export function crossCounts(
  view: RunView,
  chosen: ChosenTasks,
  rows: string,
  columns: string | undefined,
): CrossCounts {
  const [down, across] = [sideOf(view, rows), columns === undefined ? undefined : sideOf(view, columns)];
  const width = across === undefined ? 1 : across.texts.length;
  if (down.texts.length * width > mostCells)
    throw new FlotillaError("USAGE", `a table of ${down.texts.length} by ${width} cells is too large`, {
      mend: `there may be ${mostCells} cells; narrow it with conditions, or count by another dimension`,
    });
  const cells = new Int32Array(down.texts.length * width * taskStates.length);
  for (const step of view.steps)
    if (chosen[step.shape.index] !== undefined)
      countStep(view, step, { down, across, width }, (task, cell) => {
        if (isChosen(chosen, step.shape.index, task)) cells[cell * taskStates.length + step.state[task]!]!++;
      });
  return { rows: down.texts, columns: across?.texts ?? [], cells };
}

interface Side {
  readonly texts: readonly string[];
  /** Undefined: the steps. */
  readonly column: ScenarioColumn | undefined;
}

function sideOf(view: RunView, name: string): Side {
  if (name === "step") return { texts: view.steps.map(({ shape }) => shape.name), column: undefined };
  const column = findColumn(view.scenarios, name);
  return { texts: column.values.map((value) => (value === null ? "" : String(value))), column };
}

function countStep(
  { scenarios }: RunView,
  { shape }: StepView,
  { down, across, width }: { down: Side; across: Side | undefined; width: number },
  visit: (task: number, cell: number) => void,
): void {
  const sides = [down.column, across?.column].filter((column) => column !== undefined);
  if (sides.some(({ role, name }) => role === "dimension" && !shape.by.includes(name))) return;
  const codeAt = (side: Side | undefined, row: number): number =>
    side === undefined ? 0 : (side.column?.codes[row] ?? shape.index);
  const cellAt = (row: number): number => codeAt(down, row) * width + codeAt(across, row);
  if (sides.every(({ role }) => role === "dimension")) {
    shape.firstRow.forEach((row, task) => visit(task, cellAt(row)));
    return;
  }
  // A label may have several values within one task: a pair of task and labels is one projection more.
  const own = scenarios.columns.filter(({ name }) => shape.by.includes(name));
  const taskOf = project(scenarios.size, own).taskOfRow;
  for (const row of project(scenarios.size, [...own, ...sides]).firstRow) visit(taskOf[row]!, cellAt(row));
}
