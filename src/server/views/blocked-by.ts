import type { CauseGroup } from "./failure-groups.ts";
import type { RunView } from "./run-view.ts";
import { codeOfState } from "./step-view.ts";

const groupsAtOnce = 32;

/** No count takes more looks at edges than this (0.3 s): where steps are joined many to many it may then say too little. */
const mostLooks = 20_000_000;

/**
 * For each group the number of blocked tasks that hang on one of its members, however far down. A task may hang on
 * several groups and counts for each. Groups go through the run together, 32 at once, each a bit of a task's mark.
 */
export function countBlockedBy(view: RunView, groups: readonly CauseGroup[]): number[] {
  const counts: number[] = [];
  for (let first = 0; first < groups.length; first += groupsAtOnce)
    counts.push(...countTogether(view, groups.slice(first, first + groupsAtOnce)));
  return counts;
}

function countTogether(view: RunView, groups: readonly CauseGroup[]): number[] {
  const marks = view.steps.map(({ shape }) => new Uint32Array(shape.size));
  // Steps stand behind what they read, so going through them in order marks each task once with all that it hangs on;
  // only along an ordered dimension a step reads itself, and there a task may come up again.
  const touched = view.steps.map(() => [] as number[]);
  const queued = view.steps.map(({ shape }) => new Uint8Array(shape.size));
  groups.forEach(({ step, tasks }, bit) => {
    for (const task of tasks) mark(step, task, 2 ** bit);
  });

  function mark(step: number, task: number, bits: number): void {
    const before = marks[step]![task]!;
    marks[step]![task] = before | bits;
    if (marks[step]![task] === before || queued[step]![task] === 1) return;
    queued[step]![task] = 1;
    touched[step]!.push(task);
  }

  let looks = 0;
  for (const { shape } of view.steps) {
    const list = touched[shape.index]!;
    for (let next = 0; next < list.length && looks < mostLooks; next++) {
      const from = list[next]!;
      queued[shape.index]![from] = 0;
      for (const edge of shape.downstream) {
        const { state } = view.steps[edge.to]!;
        edge.eachDownstream(from, (to) => {
          looks++;
          if (state[to] === codeOfState.blocked) mark(edge.to, to, marks[shape.index]![from]!);
        });
      }
    }
  }
  return groups.map((_, bit) => countMarked(view, marks, 2 ** bit));
}

function countMarked(view: RunView, marks: readonly Uint32Array[], bit: number): number {
  let count = 0;
  for (const { shape, state, counts } of view.steps) {
    if (counts[codeOfState.blocked] === 0) continue;
    const ofStep = marks[shape.index]!;
    for (let task = 0; task < shape.size; task++)
      if ((ofStep[task]! & bit) !== 0 && state[task] === codeOfState.blocked) count++;
  }
  return count;
}
