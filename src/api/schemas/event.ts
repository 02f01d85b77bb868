import * as z from "zod";
import { mostFollowedLogs, mostWatchedRuns } from "../routes.ts";
import { several, runRef, runTaskRef, stateCounts, time } from "./common.ts";
import { runSummary } from "./run.ts";
import { progress } from "./task.ts";

/**
 * One stream per browser, for all its tabs. Each event has an id; `Last-Event-ID` resumes: what cannot be resumed is
 * answered with `reset`, and the page reads anew. Events are coalesced: at most four a second of each kind and run,
 * whatever happens.
 */
export const events = {
  request: z.strictObject({
    /** Also what happens in these runs. Those that are not there are left out, unless none of them is: `RUN_NOT_FOUND`. */
    run: several(runRef, mostWatchedRuns),
    /** Also how the logs of these tasks grow, each `RUN/TASK`; those that are not there are left out. */
    log: several(runTaskRef, mostFollowedLogs),
    /** Which kinds; all if absent. */
    only: several(z.enum(["runs", "run", "platforms", "log"])),
  }),
  response: z.never(),
};

/** The data of the events, by their name. */
export const eventData = {
  /** The stream has begun, or begun anew: what a page has must be read again. With `only`: what it has of these runs. */
  reset: z.object({ now: time, only: z.array(z.string()).optional() }),
  /** Runs that are new or changed; those that were deleted. */
  runs: z.object({ changed: z.array(runSummary), deleted: z.array(z.string()) }),
  /** A run that is looked at. */
  run: z.object({
    run: runSummary,
    /** One entry per step. */
    steps: z.array(stateCounts),
    medianMs: z.array(z.number().nullable()),
    perSecond: z.number().optional(),
    /** Tasks that have changed since the event before, if they are few: [step, task, index of the state in `taskStates`]. */
    tasks: z.array(z.tuple([z.number().int(), z.number().int(), z.number().int()])).optional(),
    changedTasks: z.number().int(),
  }),
  /** How the log of a task's last attempt stands: told at once, and when it has grown or ended. Names are those asked for. */
  log: z.object({
    run: z.string(),
    task: z.string(),
    attempt: z.number().int(),
    /** Bytes. */
    size: z.number().int(),
    ended: z.boolean(),
    progress: progress.optional(),
  }),
  platforms: z.object({ version: z.number().int() }),
  /** The server ends; come back. */
  bye: z.object({}),
};
export type EventName = keyof typeof eventData;
export type EventData<Name extends EventName> = z.output<(typeof eventData)[Name]>;
