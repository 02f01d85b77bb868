import { didYouMean } from "../../core/closest.ts";
import { FlotillaError } from "../../core/errors.ts";
import { decodeKey, parseTaskRef } from "../../core/key.ts";
import type { Plan } from "../../core/plan.ts";
import type { Topology } from "../../core/topology.ts";
import { matchRows, parseWhere } from "../../core/where.ts";

export interface TaskNumber {
  readonly step: number;
  readonly task: number;
}

/** The task that `train[origin=JFK,month=7]` names. Throws `KEY_INVALID` or `TASK_NOT_FOUND`. */
export function findTask(plan: Plan, topology: Topology, ref: string): TaskNumber {
  const { step: name, key } = parseTaskRef(ref);
  const step = findStep(topology, name);
  const shape = topology.steps[step]!;
  const missing = shape.by.filter((dimension) => !Object.hasOwn(key, dimension));
  if (missing.length > 0)
    throw new FlotillaError("KEY_INVALID", `${ref} names no single task: ${missing.join(", ")} missing`, {
      place: { key: ref },
      mend: "list the tasks with `flotilla tasks`",
    });
  const task = shape.taskAt(decodeKey(plan.scenarios, key));
  if (task === undefined)
    throw new FlotillaError("TASK_NOT_FOUND", `this run has no task ${ref}`, {
      place: { key: ref },
      mend: "list the tasks with `flotilla tasks`",
    });
  return { step, task };
}

export function findStep(topology: Topology, name: string): number {
  const names = topology.steps.map((step) => step.name);
  const index = names.indexOf(name);
  if (index !== -1) return index;
  throw new FlotillaError("TASK_NOT_FOUND", `this run has no step ${name}`, {
    place: { step: name },
    mend: `it has ${names.join(", ")}.${didYouMean(name, names)}`,
  });
}

/** Says of every task whether it belongs to the steps and meets the conditions; no filter means all. */
export function taskFilter(
  plan: Plan,
  topology: Topology,
  filter: { steps: readonly string[]; where: readonly string[] },
): (task: TaskNumber) => boolean {
  const steps = new Set(filter.steps.map((name) => findStep(topology, name)));
  const rows = filter.where.length === 0 ? undefined : matchRows(plan.scenarios, filter.where.map(parseWhere));
  const tasks = rows === undefined ? undefined : topology.steps.map((shape) => new Set(shape.tasksOfRows(rows)));
  return ({ step, task }) => (steps.size === 0 || steps.has(step)) && (tasks === undefined || tasks[step]!.has(task));
}
