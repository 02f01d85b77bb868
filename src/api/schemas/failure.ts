import * as z from "zod";
import { key, retryClass, runRef, text, time } from "./common.ts";

export const failureGroup = z
  .object({
    cause: z.string(),
    class: retryClass,
    step: z.string(),
    error: z.string(),
    /** `file:line` in the user's code. */
    at: z.string().optional(),
    tasks: z.number().int(),
    /** How many tasks are blocked by them. */
    blocked: z.number().int(),
    /** The earliest. */
    example: z.string(),
    firstAt: time,
    lastAt: time,
    /** What all members have and hardly a task of the step without this failure: `carrier = OO`, and how many others if any. */
    traits: z.array(z.object({ key, inWords: z.string() })),
    /** The last lines of the example's log before it failed. */
    log: z.array(z.string()),
    /** The first one runs the group again. */
    commands: z.array(z.object({ what: text, line: z.string() })),
  })
  .meta({ id: "FailureGroup" });

export const listFailures = {
  request: z.strictObject({ run: runRef }),
  response: z.object({
    version: z.number().int(),
    groups: z.array(failureGroup),
    /** How many groups there are besides: only the hundred with most tasks are listed. */
    more: z.number().int(),
    blocked: z.number().int(),
  }),
};
