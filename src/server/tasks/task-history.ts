import { limitInWords } from "../../core/held-back.ts";
import type { TaskState } from "../../core/task-state.ts";
import { taskStateFacts } from "../../core/task-state.ts";
import { formatDuration } from "../../core/units.ts";
import type { TaskRow } from "../../store/store.ts";
import type { AttemptDetail } from "./describe-attempt.ts";

export interface Episode {
  readonly at: number;
  readonly lastedMs?: number;
  readonly what: string;
}

interface History {
  readonly row: TaskRow | undefined;
  readonly attempts: readonly AttemptDetail[];
  readonly state: TaskState;
  /** Why it is in this state. */
  readonly why: string;
  readonly now: number;
}

/** Waiting shorter than this is no news. */
const leastMs = 5;

/** The life of a task in words, in order, as far as it is recorded. */
export function taskHistory({ row, attempts, state, why, now }: History): Episode[] {
  let free = row?.readyAt;
  const episodes: Episode[] = [];
  for (const attempt of attempts) {
    episodes.push(...waitBefore(attempt, free), ...lifeOf(attempt, now));
    free = attempt.endedAt;
  }
  return [...episodes, ...present({ row, attempts, state, why, now })];
}

function waitBefore(attempt: AttemptDetail, since: number | undefined): Episode[] {
  const { number, intendedAt, why, platform, waitedFor } = attempt;
  const lastedMs = since === undefined ? 0 : intendedAt - since;
  if (since === undefined || lastedMs < leastMs) return [];
  const before = number === 1 ? "" : ` before attempt ${number}${why === "" ? "" : `: ${why}`}`;
  const reason = waitedFor === undefined ? "" : `: ${limitInWords(waitedFor)}`;
  const forWhat = `${before}${reason}` || ` for its turn on ${platform}`;
  return [{ at: since, lastedMs, what: `waited ${formatDuration(lastedMs)}${forWhat}` }];
}

/** Starting, working, saving, and how that ended. */
function lifeOf(attempt: AttemptDetail, now: number): Episode[] {
  const { number, platform, why, intendedAt, runningAt, workStartedAt, workEndedAt, endedAt, state } = attempt;
  const name = `attempt ${number}`;
  const begun = workStartedAt ?? runningAt;
  const worked = workEndedAt ?? endedAt;
  const reason = number === 1 || why === "" ? "" : `: ${why}`;
  const waiting = attempt.waitsFor === undefined ? "" : ` and waits: ${attempt.waitsFor}`;
  return [
    {
      at: intendedAt,
      ...lasted(intendedAt, begun ?? endedAt),
      what:
        begun === undefined
          ? `${name} was sent to ${platform}${reason}${waiting}`
          : `${name} started on ${platform}${reason}`,
    },
    ...(begun === undefined ? [] : [work(name, begun, worked, now)]),
    ...(workEndedAt !== undefined && endedAt !== undefined && endedAt - workEndedAt >= leastMs
      ? [{ at: workEndedAt, lastedMs: endedAt - workEndedAt, what: `${name} saved what it made` }]
      : []),
    ...(state === "ended" && endedAt !== undefined
      ? [{ at: endedAt, what: `${name} ended: ${attempt.ending ?? "unknown"}` }]
      : []),
  ];
}

function work(name: string, begun: number, ended: number | undefined, now: number): Episode {
  const took = Math.max(0, (ended ?? now) - begun);
  return {
    at: begun,
    lastedMs: took,
    what: `${name} ${ended === undefined ? "has been working for" : "worked for"} ${formatDuration(took)}`,
  };
}

function lasted(from: number, to: number | undefined): { lastedMs?: number } {
  return to === undefined ? {} : { lastedMs: Math.max(0, to - from) };
}

/** What is so now, where no attempt says it. */
function present({ row, attempts, state, why, now }: History): Episode[] {
  const lastEnd = attempts.at(-1)?.endedAt;
  if (state === "ready" || state === "backoff") {
    const since = lastEnd ?? row?.readyAt;
    if (since === undefined) return [];
    const dueAt = row?.memory?.["dueAt"];
    const due =
      state === "backoff" && typeof dueAt === "number"
        ? `; tried again in ${formatDuration(Math.max(0, dueAt - now))}`
        : "";
    return [
      {
        at: since,
        lastedMs: Math.max(0, now - since),
        what: `has waited ${formatDuration(Math.max(0, now - since))}: ${why}${due}`,
      },
    ];
  }
  // An attempt that ended has told it already, unless the task was given up for another reason than that attempt's end.
  if (!taskStateFacts[state].settled || row === undefined) return [];
  if (attempts.length > 0 && state === "succeeded") return [];
  const at = row.endedAt ?? lastEnd;
  return at === undefined ? [] : [{ at, what: `${state}${why === "" ? "" : `: ${why}`}` }];
}
