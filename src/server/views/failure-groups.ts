import { codeOfState } from "./step-view.ts";
import type { RunView } from "./run-view.ts";

/** Failed tasks of one step with one cause. */
export interface CauseGroup {
  readonly step: number;
  readonly class: number;
  readonly cause: number;
  /** The earliest first. */
  readonly tasks: Int32Array;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The failures of a run by cause, the earliest first. What is merely blocked by them is no failure of its own. */
export function failureGroups(view: RunView): CauseGroup[] {
  return view.steps
    .flatMap((step) => {
      const members = new Map<number, number[]>();
      if (step.counts[codeOfState.failed] === 0) return [];
      for (let task = 0; task < step.shape.size; task++) {
        if (step.state[task] !== codeOfState.failed) continue;
        const group = step.cause[task]! * 16 + step.class[task]!;
        const tasks = members.get(group);
        if (tasks === undefined) members.set(group, [task]);
        else tasks.push(task);
      }
      return Array.from(members, ([group, tasks]) => makeGroup(step.shape.index, group, tasks, step.endedAt));
    })
    .toSorted((a, b) => a.firstAt - b.firstAt || a.step - b.step || a.tasks[0]! - b.tasks[0]!);
}

function makeGroup(step: number, group: number, tasks: number[], endedAt: Float64Array): CauseGroup {
  const at = (task: number): number => (Number.isNaN(endedAt[task]!) ? 0 : endedAt[task]!);
  tasks.sort((a, b) => at(a) - at(b) || a - b);
  return {
    step,
    class: group % 16,
    cause: Math.floor(group / 16),
    tasks: Int32Array.from(tasks),
    firstAt: at(tasks[0]!),
    lastAt: at(tasks.at(-1)!),
  };
}
