import { taskStates, type StateCounts } from "../../core/task-state.ts";
import { chooseTasks } from "../views/choose-tasks.ts";
import { crossCounts } from "../views/cross-counts.ts";
import { viewOf } from "../views/view-of.ts";
import type { Service } from "./service.ts";

/** Throws `DIMENSION_UNKNOWN`, `USAGE` for a table that is too large, and what conditions throw. */
export const countTasks: Service<"countTasks"> = async (context, request) => {
  const view = await viewOf(context, request.run);
  const { rows, columns, cells } = crossCounts(view, chooseTasks(view, request), request.rows, request.columns);
  return {
    rows: [...rows],
    columns: [...columns],
    cells: Array.from({ length: cells.length / taskStates.length }, (_, cell) => countsAt(cells, cell)),
  };
};

function countsAt(cells: Int32Array, cell: number): StateCounts | null {
  const counts = cells.subarray(cell * taskStates.length, (cell + 1) * taskStates.length);
  if (counts.every((count) => count === 0)) return null;
  return Object.fromEntries(taskStates.map((state, index) => [state, counts[index]!])) as StateCounts;
}
