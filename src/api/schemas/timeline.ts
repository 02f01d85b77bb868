import * as z from "zod";
import { milliseconds, runRef, taskSelection, taskState, time, whole } from "./common.ts";

/** Told apart in a task's time. */
export const phases = ["waiting", "starting", "working", "saving"] as const;

const lane = z.object({
  title: z.string(),
  step: z.string().optional(),
  /** When there are few enough to be drawn each on its own. */
  spans: z
    .array(
      z.object({
        ref: z.string(),
        state: taskState,
        attempt: z.number().int(),
        /** Where each phase begins, and where the last one ends; a phase that did not occur has no length. */
        at: z.array(time),
      }),
    )
    .optional(),
  /** Otherwise: how many tasks were in each phase, on average, in each bin. */
  bins: z
    .object({
      waiting: z.array(z.number()),
      starting: z.array(z.number()),
      working: z.array(z.number()),
      saving: z.array(z.number()),
    })
    .optional(),
});

export const getTimeline = {
  request: z.strictObject({
    run: runRef,
    ...taskSelection,
    /** A lane for each step, or one for each place that tasks took one after the other. */
    by: z.enum(["step", "slot"]).default("step"),
    from: z.coerce.number<string | number>().optional(),
    to: z.coerce.number<string | number>().optional(),
    bins: whole({ least: 1, most: 2_000 }).default(600),
  }),
  response: z
    .object({
      version: z.number().int(),
      from: time,
      to: time,
      lanes: z.array(lane),
      /** Where the time of the whole run went, summed over tasks. */
      spent: z.record(z.enum(phases), milliseconds),
      /** The chain of tasks that the end had to wait for, from its end backwards. */
      criticalPath: z.array(z.object({ ref: z.string(), startedAt: time, endedAt: time })),
    })
    .meta({ id: "Timeline" }),
};
