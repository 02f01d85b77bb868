import { FlotillaError } from "../../core/errors.ts";
import { compareCodePoints } from "../../core/code-point-order.ts";
import { retryClasses } from "../../core/retry-class.ts";
import { type ChosenTasks, eachChosen } from "./choose-tasks.ts";
import { fleetAxis } from "./fleet-axis.ts";
import { columnTypeOf, outputAt } from "./output-column.ts";
import type { Needs } from "./read-view.ts";
import type { RunView } from "./run-view.ts";
import { durationOf, type StepView } from "./step-view.ts";

/** What tasks are sorted by. Undefined comes last, upwards and downwards; equal ones are in order of the plan. */
type SortValue = number | string | undefined;

export interface TaskOrder {
  readonly isDown: boolean;
  valueOf(step: StepView, task: number): SortValue;
}

/** A task and what it is sorted by: all that is needed to find the place behind it, also when the run has gone on. */
export interface Place {
  readonly value: SortValue;
  readonly step: number;
  readonly task: number;
}

const byPlan: TaskOrder = { isDown: false, valueOf: () => undefined };

/** `-duration`: what is behind the sign, and whether there is one. */
function parseSort(sort: string): { name: string; isDown: boolean } {
  return sort.startsWith("-") ? { name: sort.slice(1), isDown: true } : { name: sort, isDown: false };
}

/** The columns that sorting needs. */
export function needsOfSort(view: RunView, sort: string | undefined): Needs {
  const { name } = parseSort(sort ?? "");
  if (!name.startsWith("output:")) return {};
  return { outputs: view.steps.map(({ shape }) => ({ step: shape.index, name: name.slice("output:".length) })) };
}

/** The order that is asked for; that of the plan if none is. Throws `USAGE` for what nothing can be sorted by. */
export function taskOrder(view: RunView, sort: string | undefined): TaskOrder {
  if (sort === undefined) return byPlan;
  const { name, isDown } = parseSort(sort);
  const valueOf = columnOf(view, name) ?? outputOf(view, name) ?? scenarioColumnOf(view, name);
  if (valueOf !== undefined) return { isDown, valueOf };
  const dimensions = view.scenarios.columns.map((column) => column.name);
  throw new FlotillaError("USAGE", `tasks cannot be sorted by ${JSON.stringify(name)}`, {
    place: { name },
    mend: `there is ${[...columnNames, ...dimensions].join(", ")}, and output:NAME`,
  });
}

const columnNames = [
  "ref",
  "key",
  "step",
  "state",
  "attempts",
  "class",
  "cause",
  "readyAt",
  "startedAt",
  "endedAt",
  "duration",
] as const;

function columnOf(view: RunView, name: string): TaskOrder["valueOf"] | undefined {
  switch (name as (typeof columnNames)[number]) {
    case "ref": {
      const placeOf = keyPlaces(view);
      return (step, task) => step.shape.index * 2 ** 32 + placeOf(step)[task]!;
    }
    case "key": {
      const placeOf = keyPlaces(view);
      return (step, task) => placeOf(step)[task]!;
    }
    case "step":
      return (step) => step.shape.index;
    case "state":
      return (step, task) => step.state[task]!;
    case "attempts":
      return (step, task) => step.attempts[task]!;
    case "class":
      return (step, task) => (step.class[task] === 0 ? undefined : retryClasses[step.class[task]! - 1]);
    case "cause":
      return (step, task) => (step.cause[task] === 0 ? undefined : view.causes[step.cause[task]!]);
    case "readyAt":
      return (step, task) => known(step.readyAt[task]!);
    case "startedAt":
      return (step, task) => known(step.startedAt[task]!);
    case "endedAt":
      return (step, task) => known(step.endedAt[task]!);
    case "duration":
      return (step, task) => known(durationOf(step, task));
    default:
      return undefined;
  }
}

/** For each task of a step its place in the order of keys. */
function keyPlaces(view: RunView): (step: StepView) => Int32Array {
  const places: Int32Array[] = [];
  return (step) => (places[step.shape.index] ??= fleetAxis(view, step, step.shape.by).placeOfTask);
}

function outputOf(view: RunView, name: string): TaskOrder["valueOf"] | undefined {
  if (!name.startsWith("output:")) return undefined;
  const output = name.slice("output:".length);
  if (!view.steps.some(({ planned }) => columnTypeOf(planned, output) !== undefined)) return undefined;
  return (step, task) => {
    const column = step.outputs.get(output);
    const value = column === undefined ? undefined : outputAt(column, task);
    return typeof value === "boolean" ? Number(value) : value;
  };
}

/** The values of a dimension, or of a label at a task's first scenario, in the order that the column has. */
function scenarioColumnOf(view: RunView, name: string): TaskOrder["valueOf"] | undefined {
  const column = view.scenarios.columns.find((candidate) => candidate.name === name);
  if (column === undefined) return undefined;
  return ({ shape }, task) => {
    if (column.role === "dimension" && !shape.by.includes(name)) return undefined;
    const code = column.codes[shape.firstRow[task]!]!;
    return column.values[code] === null ? undefined : code;
  };
}

function known(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

/** The chosen tasks that come next behind a place, in order; `limit` of them. 20 to 40 ms for 1,000,000 chosen tasks. */
export function nextTasks(
  view: RunView,
  chosen: ChosenTasks,
  order: TaskOrder,
  after: Place | undefined,
  limit: number,
): Place[] {
  const compare = (a: Place, b: Place): number => compareTo(b, a.value, a.step, a.task, order.isDown);
  const found: Place[] = [];
  let last: Place | undefined;
  eachChosen(view, chosen, (step, task) => {
    const value = order.valueOf(step, task);
    const { index } = step.shape;
    if (last !== undefined && compareTo(last, value, index, task, order.isDown) >= 0) return;
    if (after !== undefined && compareTo(after, value, index, task, order.isDown) <= 0) return;
    found.push({ value, step: index, task });
    // Twice as many as are wanted are gathered before the rest is dropped, so that sorting costs little for each.
    if (found.length < 2 * limit) return;
    found.sort(compare).length = limit;
    last = found.at(-1);
  });
  return found.sort(compare).slice(0, limit);
}

/** Where a task stands against a place; without an object for each of a million tasks. */
function compareTo(place: Place, value: SortValue, step: number, task: number, isDown: boolean): number {
  return compareValues(value, place.value, isDown) || step - place.step || task - place.task;
}

function compareValues(a: SortValue, b: SortValue, isDown: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const difference = typeof a === "string" && typeof b === "string" ? compareCodePoints(a, b) : compareMixed(a, b);
  return isDown ? -difference : difference;
}

/** An output may be a number in one step and a text in another: numbers come first. */
function compareMixed(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return typeof a === "number" ? -1 : 1;
}
