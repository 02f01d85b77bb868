import * as z from "zod";
import { cursor, flag, pageLimit, runRef, taskRef, taskSelection, time, whole } from "./common.ts";

export const logLine = z
  .object({
    at: time,
    stream: z.enum(["stdout", "stderr"]),
    /** As the task wrote it, escape sequences included: never to be shown unchecked. */
    text: z.string(),
    /** It goes on in the next record. */
    partial: z.boolean(),
  })
  .meta({ id: "LogLine" });

export const listLogs = {
  request: z.strictObject({
    run: runRef,
    /** Only this task's. */
    task: taskRef.optional(),
    /** Only of tasks that have changed after this version of the run, as an answer before named it. */
    since: whole().optional(),
    after: cursor.optional(),
    limit: pageLimit(1_000, 10_000),
  }),
  response: z
    .object({
      /** Of the run, before these tasks were looked at. */
      version: z.number().int(),
      /** Whether the run has ended by then. */
      ended: z.boolean(),
      /** In order of the plan; `open` when the last attempt may write more. */
      tasks: z.array(z.object({ task: z.string(), attempts: z.number().int(), open: z.boolean() })),
      next: cursor.optional(),
    })
    .meta({ id: "LogList" }),
};

export const readLogs = {
  request: z.strictObject({
    run: runRef,
    task: taskRef,
    /** The last one if absent. */
    attempt: whole({ least: 1 }).optional(),
    /** From this byte on (the start of a record, as `next` says). Without it and `tail`: from the start. */
    from: whole().optional(),
    /** The last lines. */
    tail: whole({ least: 1, most: 10_000 }).optional(),
    /** The lines that end before this byte: for reading upwards. */
    before: whole().optional(),
    stream: z.enum(["stdout", "stderr"]).optional(),
    limit: pageLimit(2_000, 10_000),
  }),
  response: z
    .object({
      attempt: z.number().int(),
      /** The attempt's own id; absent when there was none yet. */
      id: z.string().optional(),
      lines: z.array(logLine),
      /** Where the first of these lines begins, and where the next one will. */
      from: z.number().int(),
      next: z.number().int(),
      /** Size of the log now. */
      size: z.number().int(),
      /** Nothing more will come. */
      ended: z.boolean(),
    })
    .meta({ id: "LogPage" }),
};

export const searchLogs = {
  request: z.strictObject({
    run: runRef,
    ...taskSelection,
    task: taskRef.optional(),
    text: z.string().min(1).max(200),
    matchCase: flag.default(false),
    after: cursor.optional(),
    limit: pageLimit(100, 1_000),
  }),
  response: z
    .object({
      hits: z.array(logLine.extend({ task: z.string(), attempt: z.number().int(), from: z.number().int() })),
      /** Where to go on; absent when everything has been searched. */
      next: cursor.optional(),
      searchedBytes: z.number().int(),
    })
    .meta({ id: "LogSearch" }),
};

export const downloadLog = {
  request: z.strictObject({ run: runRef, task: taskRef, attempt: whole({ least: 1 }).optional() }),
  response: z.never(),
};
