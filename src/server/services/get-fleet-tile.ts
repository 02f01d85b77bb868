import type { Checked, ResponseOf } from "../../api/operations.ts";
import { chooseTasks } from "../views/choose-tasks.ts";
import { type FleetAxis, fleetAxis } from "../views/fleet-axis.ts";
import { numberTile, type PlacedTasks, stateTile, type TileFrame } from "../views/fleet-tile.ts";
import { spreadOf } from "../views/number-spread.ts";
import { remembered, type RunView } from "../views/run-view.ts";
import type { StepView } from "../views/step-view.ts";
import { type Measure, needsOf, numbersOf, parseMeasure } from "../views/task-number.ts";
import { stepAt, viewOf } from "../views/view-of.ts";
import type { Service } from "./service.ts";

/** Throws what `getFleetAxes` throws, `USAGE` for a colour that the step does not have, and what conditions throw. */
export const getFleetTile: Service<"getFleetTile"> = async (context, request) => {
  const measureIn = (view: RunView): Measure | undefined =>
    request.by === "state" ? undefined : parseMeasure(view.steps[stepAt(view, request.step)]!, request.by);
  const view = await viewOf(context, request.run, (seen) => {
    const measure = measureIn(seen);
    return measure === undefined ? {} : needsOf(seen.steps[stepAt(seen, request.step)]!, measure);
  });
  const step = view.steps[stepAt(view, request.step)]!;
  const rows = fleetAxis(view, step, request.rows);
  const columns = fleetAxis(view, step, request.columns);
  const chosen = chooseTasks(view, { ...request, step: [request.step] })[step.shape.index];
  const tasks: PlacedTasks = { rowOf: rows.placeOfTask, columnOf: columns.placeOfTask, chosen };
  const frame = frameOf(request, rows, columns);
  const measure = measureIn(view);
  return {
    version: view.run.version,
    ...frame,
    ...(measure === undefined
      ? { cells: base64(stateTile(frame, tasks, step.state)) }
      : numberPart(view, step, measure, frame, tasks)),
  };
};

/** The part of the picture that is there: a frame that reaches over its edge is cut. */
function frameOf(request: Checked<"getFleetTile">, rows: FleetAxis, columns: FleetAxis): TileFrame {
  const left = Math.min(request.left, columns.size);
  const top = Math.min(request.top, rows.size);
  const width = Math.min(request.width ?? Infinity, columns.size - left);
  const height = Math.min(request.height ?? Infinity, rows.size - top);
  return { left, top, width, height, across: Math.min(request.across, width), down: Math.min(request.down, height) };
}

type NumberPart = Pick<ResponseOf<"getFleetTile">, "cells" | "least" | "most" | "quantiles" | "outliers">;

function numberPart(view: RunView, step: StepView, measure: Measure, frame: TileFrame, tasks: PlacedTasks): NumberPart {
  const numberOf = numbersOf(step, measure);
  const id = `spread ${step.shape.index} ${JSON.stringify(measure)}`;
  const spread = remembered(view.forVersion, id, () => spreadOf(step.shape.size, numberOf));
  const { least = 0, most = 0 } = spread ?? {};
  const cells = base64(numberTile(frame, tasks, numberOf, { least, most }));
  if (spread === undefined) return { cells };
  const outliers = spread.outliers.map(({ task, value }) => ({
    ref: step.shape.taskRef(task),
    row: tasks.rowOf[task]!,
    column: tasks.columnOf[task]!,
    value,
  }));
  return { cells, least, most, quantiles: [...spread.quantiles], outliers };
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
