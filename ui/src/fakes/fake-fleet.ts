import type { RequestTo, ResponseOf } from "../../../src/api/operations.ts";
import type { TaskSummary } from "../../../src/api/schemas/task.ts";
import { taskStateNames } from "../format/states.ts";
import type { World } from "./world.ts";

type Picture = Pick<RequestTo<"getFleetTile">, "step" | "rows" | "columns">;

interface Grid {
  readonly rows: readonly (readonly string[])[];
  readonly columns: readonly (readonly string[])[];
  /** By `row column`. */
  readonly tasks: ReadonlyMap<string, TaskSummary>;
}

export function fakeAxes(world: World, request: RequestTo<"getFleetAxes">): ResponseOf<"getFleetAxes"> {
  const grid = gridOf(world, request);
  const from = Number(request.from ?? 0);
  const to = from + Number(request.limit ?? 500);
  return {
    height: grid.rows.length,
    width: grid.columns.length,
    rows: grid.rows.slice(from, to).map((labels) => [...labels]),
    columns: grid.columns.slice(from, to).map((labels) => [...labels]),
    colours: [
      { by: "state", title: "State" },
      { by: "duration", title: "Duration", unit: "ms" },
      { by: "output:auc", title: "auc" },
    ],
  };
}

/** Never gathered: the made-up fleet is small. */
export function fakeTile(world: World, request: RequestTo<"getFleetTile">): ResponseOf<"getFleetTile"> {
  const grid = gridOf(world, request);
  const left = Number(request.left ?? 0);
  const top = Number(request.top ?? 0);
  const width = Math.min(Number(request.width ?? 1e6), grid.columns.length - left);
  const height = Math.min(Number(request.height ?? 1e6), grid.rows.length - top);
  const numbers = (request.by ?? "state") !== "state";
  const values = [...grid.tasks.values()]
    .map((task) => numberOf(task, request.by ?? ""))
    .filter((value) => value !== undefined);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const states = [request.state ?? []].flat();
  const cells = new Uint8Array(width * height * (numbers ? 2 : 1));
  const view = new DataView(cells.buffer);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const task = grid.tasks.get(`${top + row} ${left + column}`);
      const at = row * width + column;
      const outside = task !== undefined && states.length > 0 && !states.includes(task.state);
      if (!numbers) cells[at] = task === undefined ? 255 : outside ? 254 : taskStateNames.indexOf(task.state);
      else
        view.setUint16(at * 2, shade(task, outside ? undefined : numberOf(task, request.by ?? ""), least, most), true);
    }
  return {
    version: 1,
    left,
    top,
    width,
    height,
    across: width,
    down: height,
    cells: btoa(String.fromCharCode(...cells)),
    ...(numbers && { least, most, quantiles: tenths(values), outliers: [] }),
  };
}

function gridOf({ tasks }: World, { step, rows = [], columns = [] }: Picture): Grid {
  const [down, across] = [[rows].flat(), [columns].flat()];
  const its = tasks.filter((task) => task.step === step);
  const labels = (task: TaskSummary, names: readonly string[]) => names.map((name) => String(task.key[name]));
  const axis = (names: readonly string[]) => [
    ...new Map(its.map((task) => [labels(task, names).join("\0"), labels(task, names)])).values(),
  ];
  const grid = { rows: axis(down), columns: axis(across) };
  const place = (all: readonly (readonly string[])[]) => new Map(all.map((one, at) => [one.join("\0"), at]));
  const [rowOf, columnOf] = [place(grid.rows), place(grid.columns)];
  const found = new Map(
    its.map((task) => [
      `${rowOf.get(labels(task, down).join("\0"))} ${columnOf.get(labels(task, across).join("\0"))}`,
      task,
    ]),
  );
  return { ...grid, tasks: found };
}

function numberOf(task: TaskSummary | undefined, by: string): number | undefined {
  if (task?.endedAt === undefined) return undefined;
  if (by === "duration") return task.endedAt - (task.startedAt ?? 0);
  const value = task.values[by.replace("output:", "")];
  return typeof value === "number" ? value : undefined;
}

function shade(task: TaskSummary | undefined, value: number | undefined, least: number, most: number): number {
  if (task === undefined) return 65_535;
  return value === undefined ? 65_534 : Math.round(((value - least) / (most - least)) * 65_533);
}

function tenths(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: 11 }, (_, at) => sorted[Math.round((at * (sorted.length - 1)) / 10)] ?? 0);
}
