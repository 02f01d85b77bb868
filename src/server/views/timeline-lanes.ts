import type { ResponseOf } from "../../api/operations.ts";
import { taskStates } from "../../core/task-state.ts";
import type { AttemptPhases } from "./attempt-phases.ts";
import { packSlots } from "./pack-slots.ts";
import { PhaseBins } from "./phase-bins.ts";
import type { RunView } from "./run-view.ts";

type Lane = ResponseOf<"getTimeline">["lanes"][number];

export interface Window {
  readonly from: number;
  readonly to: number;
  readonly bins: number;
}

/** Up to so many attempts are drawn each on its own. */
const mostSpans = 2_000;
/** Up to so many attempts are put into slots (0.2 s); a lane is a whole platform when there are more. */
const mostPacked = 200_000;
/** Lanes that are answered with; the attempts of all further ones are in the last. */
const mostLanes = 64;

/** Takes in the attempts that are seen, in any order, and makes lanes of them. */
export class TimelineLanes {
  readonly #view: RunView;
  readonly #window: Window;
  readonly #by: "step" | "slot";
  /** The attempts themselves as long as they are few, and always how many were where when: by step, or by platform. */
  readonly #attempts: AttemptPhases[] = [];
  readonly #bins = new Map<number | string, PhaseBins>();
  #count = 0;

  constructor(view: RunView, window: Window, by: "step" | "slot") {
    this.#view = view;
    this.#window = window;
    this.#by = by;
  }

  add(step: number, task: number, number: number, at: Float64Array): void {
    if (this.#by === "slot" && number === 0) return;
    const lane = this.#by === "step" ? step : this.#view.plan.steps[step]!.on;
    let bins = this.#bins.get(lane);
    if (bins === undefined) {
      const { from, to, bins: count } = this.#window;
      this.#bins.set(lane, (bins = new PhaseBins(from, to, count)));
    }
    bins.add(this.#by === "step" ? at : withoutWaiting(at));
    if (++this.#count > (this.#by === "step" ? mostSpans : mostPacked)) return;
    const [waiting, starting, working, saving, end] = at as unknown as AttemptPhases["at"];
    this.#attempts.push({ step, task, number, at: [waiting, starting, working, saving, end] });
  }

  /** A lane for each of these steps, also where nothing is seen of one. */
  bySteps(steps: readonly number[]): Lane[] {
    return steps.map((index) => {
      const title = this.#view.steps[index]!.shape.name;
      const attempts = this.#count > mostSpans ? undefined : this.#attempts.filter(({ step }) => step === index);
      return { title, step: title, ...this.#content(attempts, this.#bins.get(index)) };
    });
  }

  /**
   * One lane for each place on a platform that attempts took one after the other. A place is had from when the user's code
   * begins until it ends: an attempt that is named to follow another is decided on, and prepared, before that one's end.
   */
  bySlots(): Lane[] {
    const platforms = [...this.#bins.keys()].map(String).toSorted();
    if (this.#count > mostPacked)
      return platforms.map((title) => ({ title, ...this.#content(undefined, this.#bins.get(title)) }));
    return platforms.flatMap((platform) => {
      const own = this.#attempts.filter(({ step }) => this.#view.plan.steps[step]!.on === platform);
      return lanesOn(platform, own).map(({ title, attempts }) => ({
        title,
        ...(this.#count > mostSpans ? this.#content(undefined, this.#binsOf(attempts)) : this.#content(attempts)),
      }));
    });
  }

  #content(attempts: readonly AttemptPhases[] | undefined, bins?: PhaseBins): Pick<Lane, "spans" | "bins"> {
    if (attempts !== undefined) return { spans: attempts.map((attempt) => spanOf(this.#view, attempt)) };
    return { bins: (bins ?? this.#binsOf([])).finish() };
  }

  #binsOf(attempts: readonly AttemptPhases[]): PhaseBins {
    const { from, to, bins: count } = this.#window;
    const bins = new PhaseBins(from, to, count);
    for (const { at } of attempts) bins.add(at);
    return bins;
  }
}

function withoutWaiting(at: Float64Array): number[] {
  return [at[1]!, at[1]!, at[2]!, at[3]!, at[4]!];
}

function lanesOn(
  platform: string,
  attempts: readonly AttemptPhases[],
): { readonly title: string; readonly attempts: readonly AttemptPhases[] }[] {
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
