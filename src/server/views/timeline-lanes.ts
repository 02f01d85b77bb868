import type { ResponseOf } from "../../api/operations.ts";
import { taskStates } from "../../core/task-state.ts";
import type { AttemptPhases } from "./attempt-phases.ts";
import { packSlots } from "./pack-slots.ts";
import { PhaseBins } from "./phase-bins.ts";
import type { RunView } from "./run-view.ts";

type Lane = ResponseOf<"getTimeline">["lanes"][number];

/** What is drawn in one lane. */
interface LaneContent {
  readonly title: string;
  readonly step?: string;
  readonly attempts: readonly AttemptPhases[];
}

export interface Window {
  readonly from: number;
  readonly to: number;
  readonly bins: number;
}

/** Up to so many attempts are drawn each on its own. */
const mostSpans = 2_000;
/** Lanes that are answered with; the attempts of all further ones are in the last. */
const mostLanes = 64;

/** Lanes with the attempts that are seen in the window: each on its own, or gathered in bins when they are too many. */
export function drawLanes(view: RunView, contents: readonly LaneContent[], window: Window): Lane[] {
  const count = contents.reduce((sum, { attempts }) => sum + attempts.length, 0);
  return contents.map(({ title, step, attempts }) => ({
    title,
    ...(step === undefined ? {} : { step }),
    ...(count <= mostSpans
      ? { spans: attempts.map((attempt) => spanOf(view, attempt)) }
      : { bins: binsOf(attempts, window) }),
  }));
}

/** One lane for each step, in order of the plan; those without an attempt too, for a page that shows all steps. */
export function lanesBySteps(
  view: RunView,
  attempts: readonly AttemptPhases[],
  steps: ReadonlySet<number>,
): LaneContent[] {
  const ofStep = view.steps.map(() => [] as AttemptPhases[]);
  for (const attempt of attempts) ofStep[attempt.step]!.push(attempt);
  return view.steps
    .filter(({ shape }) => steps.has(shape.index))
    .map(({ shape }) => ({ title: shape.name, step: shape.name, attempts: ofStep[shape.index]! }));
}

/**
 * One lane for each place on a platform that attempts took one after the other. A place is had from when the user's code
 * begins until it ends: an attempt that is named to follow another is decided on, and prepared, before that one's end.
 */
export function lanesBySlots(view: RunView, attempts: readonly AttemptPhases[]): LaneContent[] {
  const ofPlatform = new Map<string, AttemptPhases[]>();
  for (const attempt of attempts) {
    if (attempt.number === 0) continue;
    const platform = view.plan.steps[attempt.step]!.on;
    const known = ofPlatform.get(platform);
    if (known === undefined) ofPlatform.set(platform, [attempt]);
    else known.push(attempt);
  }
  return [...ofPlatform.keys()].toSorted().flatMap((platform) => lanesOn(platform, ofPlatform.get(platform)!));
}

function lanesOn(platform: string, attempts: readonly AttemptPhases[]): LaneContent[] {
  const inOrder = attempts.toSorted(
    (a, b) => a.at[2] - b.at[2] || a.step - b.step || a.task - b.task || a.number - b.number,
  );
  const { laneOf, lanes } = packSlots(inOrder.map(({ at }) => ({ from: at[2], to: at[3] })));
  const shown = Math.min(lanes, mostLanes);
  const ofLane = Array.from({ length: shown }, () => [] as AttemptPhases[]);
  const freeAt: number[] = [];
  inOrder.forEach((attempt, index) => {
    const lane = laneOf[index]!;
    // In its place it begins no earlier than the one before it has ended.
    const [, starting, working, saving, end] = attempt.at;
    const from = Math.min(working, Math.max(starting, freeAt[lane] ?? -Infinity));
    freeAt[lane] = saving;
    ofLane[Math.min(lane, shown - 1)]!.push({ ...attempt, at: [from, from, working, saving, end] });
  });
  return ofLane.map((content, lane) => ({
    title: lane === shown - 1 && lanes > shown ? `${platform} ${lane + 1} to ${lanes}` : `${platform} ${lane + 1}`,
    attempts: content,
  }));
}

function spanOf(view: RunView, { step, task, number, at }: AttemptPhases): NonNullable<Lane["spans"]>[number] {
  const { shape, state } = view.steps[step]!;
  return { ref: shape.taskRef(task), state: taskStates[state[task]!]!, attempt: number, at: [...at] };
}

function binsOf(attempts: readonly AttemptPhases[], { from, to, bins }: Window): NonNullable<Lane["bins"]> {
  const sums = new PhaseBins(from, to, bins);
  for (const { at } of attempts) sums.add(at);
  return sums.finish();
}
