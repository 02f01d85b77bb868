import { unknownColumn } from "../../core/columns.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Scalar } from "../../core/plan.ts";
import type { Projection } from "../../core/projection.ts";
import { scenarioAt, type ScenarioColumn, type ScenarioSet } from "../../core/scenario-set.ts";
import type { TaskGiven } from "../../sdk/declarations.ts";

type Row = Readonly<Record<string, Scalar | null>>;

/** What functions of a step are told about its tasks, one after the other: what `at` answers is good until the next call. */
export interface TaskView {
  at(task: number): TaskGiven;
}

/**
 * A task may stand for several scenarios. Reading a column that differs among them is an error (`STEP_INVALID`), and not
 * a guess: the first row's value would depend on the order of rows, and no value at all would silently compare as false.
 */
export function makeTaskView(step: string, set: ScenarioSet, tasks: Projection): TaskView {
  let current = 0;
  const read = new Map(set.columns.map((column) => [column.name, makeReader(step, column, tasks)]));
  const names = [...read.keys()];
  const scenario = new Proxy<Row>(
    {},
    {
      get(target, name) {
        const reader = typeof name === "string" ? read.get(name) : undefined;
        if (reader !== undefined) return reader(current);
        // What the language itself looks for (when a value is printed, awaited or written as JSON) is no slip of the author.
        if (typeof name === "symbol" || name in Object.prototype || name === "toJSON" || name === "then")
          return Reflect.get(target, name) as unknown;
        throw unknownColumn("dimension or label", name, names);
      },
      has: (_, name) => typeof name === "string" && read.has(name),
      ownKeys: () => names,
      getOwnPropertyDescriptor: (_, name) => {
        const reader = typeof name === "string" ? read.get(name) : undefined;
        return reader === undefined ? undefined : { value: reader(current), enumerable: true, configurable: true };
      },
    },
  );
  let rowsOfTask: ((task: number) => number[]) | undefined;
  const given: TaskGiven = {
    scenario,
    get scenarios() {
      rowsOfTask ??= makeRowsOfTask(tasks);
      return rowsOfTask(current).map((row) => scenarioAt(set, row));
    },
    get key() {
      return Object.fromEntries(tasks.columns.map(({ name }) => [name, read.get(name)!(current)]));
    },
  };
  return {
    at(task) {
      current = task;
      return given;
    },
  };
}

/** The value of a column that all scenarios of a task share. */
function makeReader(step: string, column: ScenarioColumn, tasks: Projection): (task: number) => Scalar | null {
  const { name, values, codes } = column;
  let varies: Uint8Array | undefined;
  return (task) => {
    varies ??= tasksWhereItVaries(column, tasks);
    if (varies[task] === 0) return values[codes[tasks.firstRow[task]!]!]!;
    throw new FlotillaError(
      "STEP_INVALID",
      `scenario.${name} differs among the scenarios of one task of ${step}, which does not vary by all dimensions`,
      {
        place: { step, name },
        mend: `use \`scenarios\`, all of them: ({ scenarios }) => … Math.max(...scenarios.map((scenario) => scenario.${name}))`,
      },
    );
  };
}

function tasksWhereItVaries({ codes }: ScenarioColumn, { size, taskOfRow, firstRow }: Projection): Uint8Array {
  const varies = new Uint8Array(size);
  if (size === taskOfRow.length) return varies;
  for (let row = 0; row < taskOfRow.length; row++)
    if (codes[row] !== codes[firstRow[taskOfRow[row]!]!]) varies[taskOfRow[row]!] = 1;
  return varies;
}

function makeRowsOfTask({ size, taskOfRow }: Projection): (task: number) => number[] {
  const rows: number[][] = Array.from({ length: size }, () => []);
  taskOfRow.forEach((task, row) => rows[task]!.push(row));
  return (task) => rows[task]!;
}
