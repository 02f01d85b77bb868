import * as z from "zod";
import { attemptStates } from "../../core/task-state.ts";
import {
  cursor,
  flag,
  key,
  milliseconds,
  pageLimit,
  retryClass,
  runRef,
  stateCounts,
  taskRef,
  taskSelection,
  taskState,
  text,
  time,
} from "./common.ts";

/** What an output holds: a JSON value (cut when it is large), or a file or folder by content. */
export const outputValue = z
  .union([
    z.object({ value: z.json(), cut: z.boolean().optional() }),
    z.object({
      artifact: z.object({
        type: z.enum(["file", "folder"]),
        digest: z.string(),
        bytes: z.number(),
        name: z.string(),
      }),
    }),
  ])
  .meta({ id: "OutputValue" });

/** What a task was given under a name, and which tasks made it. */
export const inputValue = z
  .union([
    outputValue,
    z.object({
      /** The first ones of a collection. */
      rows: z.array(z.object({ key, item: outputValue })),
      total: z.number().int(),
    }),
  ])
  .meta({ id: "InputValue" });

export const taskSummary = z
  .object({
    ref: z.string(),
    step: z.string(),
    key,
    state: taskState,
    /** Why it ran, waits, or is blocked, in words. */
    why: z.string(),
    attempts: z.number().int(),
    class: retryClass.optional(),
    cause: z.string().optional(),
    error: z.string().optional(),
    readyAt: time.optional(),
    startedAt: time.optional(),
    endedAt: time.optional(),
    /** Values that are numbers, text or truth; not files, not JSON. */
    values: key,
  })
  .meta({ id: "TaskSummary" });
export type TaskSummary = z.output<typeof taskSummary>;

/** All that it yielded, by name, long values cut; when it was asked for. */
export const listedTask = taskSummary
  .extend({ outputs: z.record(z.string(), outputValue).optional() })
  .meta({ id: "ListedTask" });
export type ListedTask = z.output<typeof listedTask>;

export const listTasks = {
  request: z.strictObject({
    run: runRef,
    ...taskSelection,
    /** A column of the summary, a dimension, a label, `duration`, or `output:NAME`; with `-` in front, downwards. */
    sort: text.optional(),
    /** With all that they yielded. */
    outputs: flag.default(false),
    after: cursor.optional(),
    limit: pageLimit(100, 1_000),
  }),
  response: z.object({ tasks: z.array(listedTask), total: z.number().int(), next: cursor.optional() }),
};

/** What an attempt's own code last reported of how far it is; untrusted. */
export const progress = z.object({
  /** In [0, 1]. */
  fraction: z.number().optional(),
  message: z.string().optional(),
  metrics: z.record(z.string(), z.number()).optional(),
});

export const attemptDetail = z
  .object({
    id: z.string(),
    number: z.number().int(),
    state: z.enum(attemptStates),
    platform: z.string(),
    why: z.string(),
    /** The limit that it had to wait for before it could start: `pool:gpu`, `local/cpu`, `run`, `step`. */
    waitedFor: z.string().optional(),
    /** While it has not begun: what keeps it, as its platform says. */
    waitsFor: z.string().optional(),
    class: retryClass.optional(),
    /** How it ended in words: what happened, limit and peak, what to do. */
    ending: z.string().optional(),
    error: z
      .object({ type: z.string(), message: z.string(), stack: z.string().optional(), at: z.string().optional() })
      .optional(),
    evidence: z.record(z.string(), z.json()).optional(),
    asked: z
      .object({
        cpu: z.number(),
        memoryBytes: z.number().optional(),
        diskBytes: z.number().optional(),
        gpu: z.number().optional(),
      })
      .optional(),
    used: z.object({ cpuSeconds: z.number().optional(), peakMemoryBytes: z.number().optional() }).optional(),
    intendedAt: time,
    runningAt: time.optional(),
    /** When the user's code began and ended, by the machine it ran on. */
    workStartedAt: time.optional(),
    workEndedAt: time.optional(),
    endedAt: time.optional(),
    host: z.string().optional(),
    /** The container image that it ran in, by digest. */
    image: z.string().optional(),
    pid: z.number().optional(),
    /** The folder of a local attempt. */
    folder: z.string().optional(),
    code: z.string().optional(),
    progress: progress.optional(),
  })
  .meta({ id: "Attempt" });

export const taskDetail = taskSummary
  .extend({
    run: z.string(),
    /** `python flights.train:fit`. */
    work: z.string(),
    inputs: z.array(z.object({ name: z.string(), from: z.string().optional(), value: inputValue })),
    outputs: z.array(z.object({ name: z.string(), type: z.string(), value: outputValue.optional() })),
    /** The tasks it reads or waits for, those that are not done first; the first hundred of them. */
    needs: z.array(z.object({ ref: z.string(), state: taskState })),
    needsTotal: z.number().int(),
    /** The tasks that read it. */
    feeds: z.array(z.object({ ref: z.string(), state: taskState })),
    feedsTotal: z.number().int(),
    attemptsMade: z.array(attemptDetail),
    /** Its life in words, in order: `waited 41 s: pool gpu full (4 of 4)`. */
    history: z.array(z.object({ at: time, lastedMs: milliseconds.optional(), what: z.string() })),
    /** Command lines to copy. */
    commands: z.array(z.object({ what: z.string(), line: z.string() })),
  })
  .meta({ id: "Task" });
export type TaskDetail = z.output<typeof taskDetail>;

export const getTask = { request: z.strictObject({ run: runRef, task: taskRef }), response: taskDetail };

export const countTasks = {
  request: z.strictObject({ run: runRef, ...taskSelection, rows: text, columns: text.optional() }),
  response: z.object({
    rows: z.array(z.string()),
    columns: z.array(z.string()),
    /** One for each row and column, row by row; null where there is no task. */
    cells: z.array(stateCounts.nullable()),
  }),
};
