import * as z from "zod";
import { several, runRef, stateCounts, time } from "./common.ts";
import { runSummary } from "./run.ts";

/**
 * One stream per tab. Each event has an id; `Last-Event-ID` resumes: what cannot be resumed is answered with `reset`, and
 * the page reads anew. Events are coalesced: a tab gets at most four a second of each kind, whatever happens.
 */
export const events = {
  request: z.strictObject({
    /** Also what happens in this run. */
    run: runRef.optional(),
    /** Which kinds; all if absent. */
    only: several(z.enum(["runs", "run", "platforms"])),
  }),
  response: z.never(),
};

/** The data of the events, by their name. */
export const eventData = {
  /** The stream has begun, or begun anew: what a page has must be read again. */
  reset: z.object({ now: time }),
  /** Runs that are new or changed; those that were deleted. */
  runs: z.object({ changed: z.array(runSummary), deleted: z.array(z.string()) }),
  /** The run that is looked at. */
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
  platforms: z.object({ version: z.number().int() }),
  /** The server ends; come back. */
  bye: z.object({}),
};
export type EventName = keyof typeof eventData;
export type EventData<Name extends EventName> = z.output<(typeof eventData)[Name]>;
