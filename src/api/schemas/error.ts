import * as z from "zod";

/** The one shape of every error: on the wire, with `--json`, in the dashboard. */
export const errorAnswer = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      /** What to do about it. */
      mend: z.string().optional(),
      /** Where: a file and line, a step, a key, the name of a field. */
      place: z
        .object({
          file: z.string(),
          line: z.number(),
          column: z.number(),
          step: z.string(),
          key: z.string(),
          name: z.string(),
        })
        .partial()
        .optional(),
    }),
  })
  .meta({ id: "Error" });
export type ErrorAnswer = z.output<typeof errorAnswer>;
