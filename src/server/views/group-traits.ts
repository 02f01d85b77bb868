import type { Scalar } from "../../core/plan.ts";
import type { ScenarioColumn } from "../../core/scenario-set.ts";
import type { CauseGroup } from "./failure-groups.ts";
import type { RunView } from "./run-view.ts";
import { codeOfState, type StepView } from "./step-view.ts";

/** Values of dimensions that all members of a group have, and hardly any other task of the step. */
export interface Trait {
  readonly key: Readonly<Record<string, Scalar>>;
  /** `carrier = OO`; and how many others have it too, if any. */
  readonly inWords: string;
}

/** At most this share of the tasks with a trait may have fared better for it to be called one, */
const mostOthers = 0.1;
/** or else so few of all others have it that so many members cannot share it by chance. */
const rareShare = 0.05;
const leastForRare = 3;
const mostTraits = 3;

/**
 * What the members of a group share: single values, or else pairs of values. Compared with the tasks of the step that came to an
 * end of their own, for what has not run says nothing. The sharpest first; nothing of a group of one, which shares all.
 */
export function groupTraits({ scenarios, steps }: RunView, group: CauseGroup): Trait[] {
  const step = steps[group.step]!;
  if (group.tasks.length < 2) return [];
  const others = othersOf(step, group);
  if (others.length === 0) return [];
  const columns = scenarios.columns.filter(({ name, role }) => role === "dimension" && step.shape.by.includes(name));
  const shared = columns.flatMap((column) => {
    const code = sharedCode(column, step, group.tasks);
    return code === undefined ? [] : [{ column, code }];
  });
  const singles = sharpest(
    shared.map((value) => [value]),
    step,
    group,
    others,
  );
  if (singles.length > 0) return singles;
  const pairs = shared.flatMap((first, index) => shared.slice(index + 1).map((second) => [first, second]));
  return sharpest(pairs, step, group, others);
}

interface SharedValue {
  readonly column: ScenarioColumn;
  readonly code: number;
}

/** Tasks of the step that ended, and not for this cause. */
function othersOf(step: StepView, group: CauseGroup): Int32Array {
  const ended = new Set([codeOfState.succeeded, codeOfState.reused, codeOfState.failed]);
  const found: number[] = [];
  for (let task = 0; task < step.shape.size; task++) {
    const isMember =
      step.state[task] === codeOfState.failed && step.cause[task] === group.cause && step.class[task] === group.class;
    if (!isMember && ended.has(step.state[task]!)) found.push(task);
  }
  return Int32Array.from(found);
}

function sharedCode({ codes }: ScenarioColumn, { shape }: StepView, tasks: Int32Array): number | undefined {
  const code = codes[shape.firstRow[tasks[0]!]!]!;
  return tasks.every((task) => codes[shape.firstRow[task]!] === code) ? code : undefined;
}

function sharpest(
  candidates: readonly SharedValue[][],
  { shape }: StepView,
  group: CauseGroup,
  others: Int32Array,
): Trait[] {
  const members = group.tasks.length;
  const isRare = (better: number): boolean => members >= leastForRare && better <= rareShare * others.length;
  return candidates
    .map((values) => {
      let better = 0;
      for (const task of others)
        if (values.every(({ column, code }) => column.codes[shape.firstRow[task]!] === code)) better++;
      return { values, better };
    })
    .filter(({ better }) => better <= mostOthers * (better + members) || isRare(better))
    .toSorted((a, b) => a.better - b.better)
    .slice(0, mostTraits)
    .map(({ values, better }) => makeTrait(values, better));
}

function makeTrait(values: readonly SharedValue[], better: number): Trait {
  const pairs = values.map(({ column, code }): [string, Scalar] => [column.name, column.values[code]!]);
  const words = pairs.map(([name, value]) => `${name} = ${value}`).join(", ");
  const but = better === 0 ? "" : `; ${better} ${better === 1 ? "other has" : "others have"} it and fared otherwise`;
  return { key: Object.fromEntries(pairs), inWords: `${words}${but}` };
}
