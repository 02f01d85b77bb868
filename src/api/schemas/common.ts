import * as z from "zod";
import { retryClasses } from "../../core/retry-class.ts";
import { runStates, taskStates } from "../../core/task-state.ts";

/** Names and texts that come from outside are bounded before anything looks at them. */
export const text = z.string().max(2_000);
/** A run id, or the beginning of one; `latest` is the newest. */
export const runRef = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[0-9a-z]+$/, "a run id has digits and small letters only");
/** `train[origin=JFK,month=7]`. */
export const taskRef = z.string().min(1).max(16_384);

/** `r0123456789a/train[origin=JFK,month=7]`: a task of a run. */
export const runTaskRef = z
  .string()
  .max(16_449)
  .regex(/^[0-9a-z]{1,64}\/./, "a task is named as RUN/TASK");

/** A field that may stand several times in a query. */
export function several<T extends z.ZodType<unknown, string>>(item: T, most = 1_000) {
  return z
    .union([item.transform((one) => [one]), z.array(item).max(most)])
    .optional()
    .transform((list) => list ?? []);
}

/** A whole number in a query. */
export function whole({ least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {}) {
  return z.coerce.number<string | number>().int().min(least).max(most);
}

/** `true` or `false` in a query. */
export const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]);

/** How many to answer with. */
export const pageLimit = (usual: number, most: number) => whole({ least: 1, most }).default(usual);

/** Where the next page begins; opaque, taken from the page before. */
export const cursor = z.string().max(32_768);

export const runState = z.enum(runStates);
export const taskState = z.enum(taskStates);
export const retryClass = z.enum(retryClasses);
export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** The values of dimensions. */
export const key = z.record(z.string(), scalar);
/** Milliseconds since 1970. */
export const time = z.number();
export const milliseconds = z.number();

/** Tasks by state. */
export const stateCounts = z.record(taskState, z.number().int());

/**
 * Which tasks are meant: those of these steps, in these states, with these classes and this cause, whose scenarios meet
 * the conditions (`origin=JFK`, `month>6`). What is left out does not narrow. The same in every view.
 */
export const taskSelection = {
  step: several(text),
  state: several(taskState),
  class: several(retryClass),
  where: several(text),
  cause: text.optional(),
};
