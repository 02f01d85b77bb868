import * as z from "zod";
import {
  cursor,
  flag,
  milliseconds,
  pageLimit,
  retryClass,
  runRef,
  runState,
  scalar,
  several,
  stateCounts,
  text,
  time,
  whole,
} from "./common.ts";

/** A run in a list. */
export const runSummary = z
  .object({
    id: z.string(),
    pipeline: z.string(),
    selection: z.string(),
    /** The profile that says which real platform stands behind each name; an engine of this profile drives it. */
    profile: z.string(),
    /** Those that differ from the pipeline's defaults stand in `changedParams`. */
    params: z.record(z.string(), z.json()),
    changedParams: z.array(z.string()),
    state: runState,
    /** Why it is in this state, in words. */
    why: z.string(),
    quarantined: z.boolean(),
    /** Whether an engine drives it. */
    driven: z.boolean(),
    project: z.string(),
    startedBy: z.string(),
    createdAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
    /** When it is expected to end; absent when nothing is known. */
    expectedEndAt: time.optional(),
    code: z.string().optional(),
    plan: z.string(),
    /** Grows with each change of the run. */
    version: z.number().int(),
    tasks: stateCounts.and(z.object({ total: z.number().int() })),
  })
  .meta({ id: "RunSummary" });
export type RunSummary = z.output<typeof runSummary>;

/** How a step relates to one that it reads. */
export const planEdge = z
  .object({
    from: z.string(),
    to: z.string(),
    kind: z.enum(["one-to-one", "broadcast", "collect", "many-to-many", "previous"]),
    /** The input it serves; absent for order alone. */
    input: z.string().optional(),
    needs: z.enum(["succeeded", "done"]),
    /** A fraction; 1 for all. */
    atLeast: z.number(),
    pairs: z.number().int(),
  })
  .meta({ id: "Edge" });

/** What a step is, the same for the whole of a run. */
export const planStep = z
  .object({
    name: z.string(),
    description: z.string().optional(),
    by: z.array(z.string()),
    /** What it does in a few words: `python flights.train:fit`. */
    work: z.string(),
    kind: z.string(),
    on: z.string(),
    /** The platform for the last attempt after disruptions. */
    lastAttemptOn: z.string().optional(),
    /** What its tasks ask for, in words: `1 CPU, 512 MiB`. */
    needs: z.string(),
    tasks: z.number().int(),
    /** Names of outputs, with their types. */
    outputs: z.array(z.object({ name: z.string(), type: z.string() })),
  })
  .meta({ id: "PlanStep" });

export const leftOut = z.object({ step: z.string(), reason: z.string() }).meta({ id: "LeftOut" });

export const coverage = z
  .object({
    name: z.string(),
    scenarios: z.number().int(),
    of: z.number().int(),
    /** In words: `5 of 399 scenarios: all 3 origins, …`. */
    inWords: z.string(),
    narrowed: z.array(z.string()),
  })
  .meta({ id: "Coverage" });

export const dimension = z
  .object({
    name: z.string(),
    role: z.enum(["dimension", "label"]),
    ordered: z.boolean(),
    values: z.number().int(),
  })
  .meta({ id: "Dimension" });

export const runStep = planStep
  .extend({
    counts: stateCounts,
    /** Of tasks that succeeded. */
    medianMs: milliseconds.optional(),
  })
  .meta({ id: "RunStep" });

const runAction = z.enum(["pause", "resume", "cancel", "restart"]);

export const runDetail = runSummary
  .extend({
    description: z.string().optional(),
    coverage,
    dimensions: z.array(dimension),
    steps: z.array(runStep),
    edges: z.array(planEdge),
    leftOut: z.array(leftOut),
    /** Tasks settled per second, over the last seconds. */
    perSecond: z.number().optional(),
    /** What the run could be asked now. */
    actions: z.array(runAction),
    /** What it has been asked, and nobody has carried out yet. */
    asked: z.array(runAction),
    /** Tasks that have failed after the version asked about, the first five; absent when nobody asked. */
    failures: z
      .array(z.object({ ref: z.string(), class: retryClass.optional(), error: z.string().optional() }))
      .optional(),
  })
  .meta({ id: "Run" });
export type RunDetail = z.output<typeof runDetail>;

export const listRuns = {
  request: z.strictObject({
    pipeline: text.optional(),
    state: several(runState),
    /** In the id, the pipeline, the selection, the parameters or the name of who started it. */
    search: text.optional(),
    after: cursor.optional(),
    limit: pageLimit(50, 1_000),
  }),
  response: z.object({ runs: z.array(runSummary), next: cursor.optional() }),
};

export const getRun = {
  request: z.strictObject({
    run: runRef,
    /** A version of the run: tells of tasks that have failed after it. */
    failedSince: whole().optional(),
  }),
  response: runDetail,
};

/** What a pipeline is given, typed as on a command line or as JSON. */
const runWish = {
  /** The pipeline file, relative to the project. */
  file: text.default("pipeline.ts"),
  select: text.optional(),
  where: z.array(text).max(1_000).default([]),
  scenarios: z.array(text).max(10_000).default([]),
  params: z.record(z.string(), z.json()).default({}),
  /** `name=value`, as typed; they win over `params`. */
  paramTexts: z.array(text).max(1_000).default([]),
  concurrency: z.number().int().positive().optional(),
};

export const startRun = { request: z.strictObject({ ...runWish, startedBy: text.optional() }), response: runSummary };

export const previewRun = {
  request: z.strictObject({
    ...runWish,
    /** With the whole plan as it would be stored. */
    plan: z.boolean().default(false),
    /** With how long it is expected to take, which the store tells. */
    forecast: z.boolean().default(true),
  }),
  response: z
    .object({
      pipeline: z.string(),
      planHash: z.string(),
      description: z.string().optional(),
      params: z.record(z.string(), z.json()),
      coverage,
      tasks: z.number().int(),
      /** The profile that says where its steps run. */
      profile: z.string().optional(),
      steps: z.array(
        planStep.extend({
          /** The type of the platform behind its name, and the image where that has containers. */
          place: z.object({ type: z.string(), image: z.string().optional() }).optional(),
          expectedMs: milliseconds.optional(),
        }),
      ),
      edges: z.array(planEdge),
      /** In words, each once: `features → train  broadcast, each of 3 feeds 120–145`. */
      joins: z.array(z.string()),
      leftOut: z.array(leftOut),
      /** From what such tasks took before; absent when a step has never run. */
      expectedMs: milliseconds.optional(),
      /** The plan as it would be stored. */
      plan: z.json().optional(),
    })
    .meta({ id: "Preview" }),
};

const act = { request: z.strictObject({ run: runRef, by: text.optional() }), response: runSummary };
export const pauseRun = act;
export const resumeRun = act;
export const cancelRun = act;

export const restartTasks = {
  request: z.strictObject({
    run: runRef,
    by: text.optional(),
    /** These tasks. */
    tasks: z.array(z.string().max(16_384)).max(100_000).default([]),
    /** All tasks of these steps that have ended. */
    from: z.array(text).default([]),
    where: z.array(text).max(1_000).default([]),
    /** Only what failed for this cause. */
    cause: text.optional(),
  }),
  /** `restarted`: the tasks asked for; what hangs on them follows by itself. */
  response: z.object({ run: runSummary, restarted: z.number().int() }),
};

export const getDefinition = {
  request: z.strictObject({
    run: runRef,
    /** Says what differs from this run. */
    against: runRef.optional(),
    /** With the whole plan as it is stored. */
    plan: flag.default(false),
  }),
  response: z
    .object({
      pipeline: z.string(),
      file: z.string().optional(),
      planHash: z.string(),
      source: z.string(),
      code: z.string().optional(),
      params: z.array(
        z.object({
          name: z.string(),
          value: z.json(),
          default: z.json().optional(),
          description: z.string().optional(),
          type: z.string(),
        }),
      ),
      coverage,
      dimensions: z.array(dimension),
      environments: z.array(z.object({ step: z.string(), inWords: z.string(), hash: z.string().optional() })),
      pools: z.record(z.string(), z.number()),
      limits: z.array(z.string()),
      /** What another run had otherwise, in words; present when one was asked for. */
      differences: z.array(z.object({ what: z.string(), here: z.string(), there: z.string() })).optional(),
      plan: z.json().optional(),
    })
    .meta({ id: "Definition" }),
};

export const listScenarios = {
  request: z.strictObject({
    run: runRef,
    where: several(text),
    after: cursor.optional(),
    limit: pageLimit(100, 1_000),
  }),
  response: z.object({
    columns: z.array(dimension),
    rows: z.array(z.array(scalar)),
    total: z.number().int(),
    next: cursor.optional(),
  }),
};
