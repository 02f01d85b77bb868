import * as z from "zod";
import { cursor, milliseconds, pageLimit, text } from "./common.ts";
import { runSummary } from "./run.ts";

export const pipelineSummary = z
  .object({
    name: z.string(),
    /** The file in the project that makes it, where it is known. */
    file: z.string().optional(),
    runs: z.number().int(),
    last: runSummary.optional(),
  })
  .meta({ id: "PipelineSummary" });

export const listPipelines = {
  request: z.strictObject({}),
  response: z.object({ pipelines: z.array(pipelineSummary) }),
};

export const getPipeline = {
  request: z.strictObject({ pipeline: text, after: cursor.optional(), limit: pageLimit(100, 500) }),
  response: z
    .object({
      name: z.string(),
      file: z.string().optional(),
      description: z.string().optional(),
      runs: z.array(
        z.object({
          run: runSummary,
          durationMs: milliseconds.optional(),
          /** Share of tasks that succeeded, 0 to 1. */
          success: z.number(),
          /** Median of each number that a step yields, by `step.output`. */
          numbers: z.record(z.string(), z.number()),
        }),
      ),
      next: cursor.optional(),
    })
    .meta({ id: "Pipeline" }),
};

export const getRunForm = {
  request: z.strictObject({ pipeline: text }),
  response: z
    .object({
      name: z.string(),
      file: z.string(),
      description: z.string().optional(),
      /** JSON Schema (draft 2020-12) of the parameters. */
      paramsSchema: z.record(z.string(), z.json()),
      selections: z.array(z.string()),
      /** The one that is taken when none is named. */
      defaultSelection: z.string(),
      /** How many scenarios there are in all, and the dimensions with their values (the first of them). */
      scenarios: z.number().int(),
      dimensions: z.array(z.object({ name: z.string(), values: z.array(z.string()), total: z.number().int() })),
    })
    .meta({ id: "RunForm" }),
};
