import { fleetAxis } from "../views/fleet-axis.ts";
import { numberOutputs } from "../views/task-number.ts";
import { stepAt, viewOf } from "../views/view-of.ts";
import type { Service } from "./service.ts";

/** Throws `TASK_NOT_FOUND` for a step that the run lacks, `DIMENSION_UNKNOWN` for a dimension that the step does not vary by. */
export const getFleetAxes: Service<"getFleetAxes"> = async (context, request) => {
  const view = await viewOf(context, request.run);
  const step = view.steps[stepAt(view, request.step)]!;
  const rows = fleetAxis(view, step, request.rows);
  const columns = fleetAxis(view, step, request.columns);
  return {
    height: rows.size,
    width: columns.size,
    rows: rows.labels(request.from, request.limit),
    columns: columns.labels(request.from, request.limit),
    colours: [
      { by: "state", title: "state" },
      { by: "duration", title: "duration", unit: "ms" },
      { by: "attempts", title: "attempts" },
      ...numberOutputs(step.planned.outputs).map((name) => ({ by: `output:${name}`, title: name })),
    ],
  };
};
