import * as z from "zod";
import { cursor, flag, key, pageLimit, runRef, taskRef, taskSelection, text, whole } from "./common.ts";

/** An artifact is reached by the task that made it, never by its digest: so nobody reads what no run of theirs refers to. */
const place = {
  run: runRef,
  task: taskRef,
  output: text,
  /** A file in a folder. */
  path: z.string().max(4_096).optional(),
};

export const listArtifacts = {
  request: z.strictObject({
    run: runRef,
    ...taskSelection,
    /** Only this task's. */
    task: taskRef.optional(),
    after: cursor.optional(),
    limit: pageLimit(100, 1_000),
  }),
  response: z.object({
    artifacts: z.array(
      z
        .object({
          task: z.string(),
          key,
          output: z.string(),
          type: z.enum(["file", "folder"]),
          name: z.string(),
          bytes: z.number(),
          digest: z.string(),
        })
        .meta({ id: "Artifact" }),
    ),
    next: cursor.optional(),
  }),
};

export const previewArtifact = {
  request: z.strictObject(place),
  response: z
    .discriminatedUnion("type", [
      z.object({ type: z.literal("text"), text: z.string(), bytes: z.number(), cut: z.boolean() }),
      z.object({
        type: z.literal("table"),
        columns: z.array(z.string()),
        rows: z.array(z.array(z.string())),
        bytes: z.number(),
        cut: z.boolean(),
      }),
      z.object({ type: z.literal("image"), mediaType: z.string(), bytes: z.number() }),
      /** To be opened in a sandbox of its own. */
      z.object({ type: z.literal("page"), bytes: z.number() }),
      z.object({
        type: z.literal("folder"),
        files: z.array(z.object({ path: z.string(), bytes: z.number() })),
        total: z.number().int(),
      }),
      z.object({ type: z.literal("binary"), bytes: z.number(), firstBytes: z.string() }),
    ])
    .meta({ id: "ArtifactPreview" }),
};

export const downloadArtifact = {
  request: z.strictObject({
    ...place,
    /** Shown by the browser where that is safe (images, text, sandboxed pages) instead of saved. */
    show: flag.default(false),
    offset: whole().optional(),
  }),
  response: z.never(),
};
