import type { Api, RequestTo, ResponseOf } from "../../../src/api/operations.ts";
import { apiVersion } from "../../../src/api/routes.ts";
import { makeFailure } from "./make-failure.ts";
import { fakeAxes, fakeTile } from "./fake-fleet.ts";
import { fakeTimeline } from "./fake-timeline.ts";
import { fakeLog } from "./fake-log.ts";
import { makeAttempt, makeTaskDetail } from "./make-task.ts";
import { makeRun } from "./make-run.ts";
import { drawn, fakeId } from "./random.ts";
import { makeWorld, type World } from "./world.ts";

export type FakeApi = { readonly [Name in keyof Api]?: (request: RequestTo<Name>) => ResponseOf<Name> };

/** Answers to all that the pages ask, made up and the same each time. */
export function fakeApi(world: World = makeWorld()): FakeApi {
  const { detail } = world;
  const runOf = (id: string) => {
    const summary = world.runs.find((run) => run.id.startsWith(id)) ?? detail;
    return summary.id === detail.id ? detail : { ...detail, actions: ["restart" as const], ...summary };
  };
  return {
    server: () => ({
      version: "0.1.0",
      apiVersion,
      project: "/home/ada/flights",
      now: Date.now(),
      role: "operator",
      startedAt: Date.now() - 3_600_000,
      store: "ok",
    }),
    listRuns: (request) => listRuns(world, request),
    getRun: ({ run }) => runOf(run),
    listTasks: (request) => listTasks(world, request),
    getTask: ({ run, task }) => taskDetail(world, run, task),
    listFailures: () => ({
      version: 1,
      blocked: 4,
      more: 0,
      groups: [
        makeFailure({ tasks: world.tasks.filter(({ state }) => state === "failed").length }),
        makeFailure({
          cause: "out_of_memory",
          class: "out_of_memory",
          error: "ran out of memory: 1 GiB allowed, 1.02 GiB needed",
          at: "flights/features.py:31",
          step: "features",
          tasks: 1,
          blocked: 0,
          example: "features[origin=EWR]",
          traits: [],
          log: ["loading 336,776 rows", "\u001b[33mwarning\u001b[0m: the frame has 41 columns"],
        }),
      ],
    }),
    readLogs: (request) => fakeLog(request),
    searchLogs: ({ text }) => ({
      searchedBytes: 48_213_020,
      hits: world.tasks.slice(4, 24).flatMap(({ ref }, at) =>
        Array.from({ length: 1 + (at % 8) }, (_, line) => ({
          at: Date.now() - 500_000 + line * 900,
          stream: at % 3 === 0 ? ("stderr" as const) : ("stdout" as const),
          text: `epoch ${line + 1}/20 \u001b[32m${text}\u001b[0m loss ${(0.7 - line * 0.02).toFixed(4)}`,
          partial: false,
          task: ref,
          attempt: 1,
          from: line * 100,
        })),
      ),
    }),
    getDefinition: ({ against }) => definition(world, against),
    listScenarios: () => ({
      columns: detail.dimensions,
      rows: world.tasks
        .filter(({ step }) => step === "train")
        .map(({ key }) => [...Object.values(key), Math.round(drawn(JSON.stringify(key)) * 9_000)]),
      total: 399,
    }),
    getFleetAxes: (request) => fakeAxes(world, request),
    getFleetTile: (request) => fakeTile(world, request),
    getTimeline: () => fakeTimeline(world),
    previewArtifact: () => ({
      type: "table",
      columns: ["origin", "carrier", "auc"],
      rows: [
        ["JFK", "B6", "0.81"],
        ["EWR", "UA", "0.79"],
      ],
      bytes: 41_220,
      cut: true,
    }),
    listPipelines: () => ({
      pipelines: [
        { name: "flight-delays", file: "pipeline.ts", runs: 31, last: detail },
        { name: "employment", file: "employment/pipeline.ts", runs: 14, last: world.runs[4] ?? detail },
        { name: "demand-forecast", runs: 3, last: world.runs[2] ?? detail },
      ],
    }),
    getPipeline: ({ pipeline }) => ({
      name: pipeline,
      file: "pipeline.ts",
      description: "Which flights will be late, by origin, carrier and month",
      runs: world.runs.slice(1, 40).map((run, at) => ({
        run,
        durationMs: (run.endedAt ?? 0) - run.createdAt,
        success: run.tasks.succeeded / run.tasks.total,
        numbers: {
          "train.auc": 0.72 + drawn(`auc ${at}`) * 0.06 + (40 - at) * 0.001,
          "compare.gap": drawn(`gap ${at}`) * 0.1,
        },
      })),
    }),
    getRunForm: ({ pipeline }) => runForm(pipeline),
    previewRun: () => ({
      pipeline: detail.pipeline,
      planHash: detail.plan,
      params: detail.params as ResponseOf<"previewRun">["params"],
      coverage: detail.coverage,
      tasks: 442,
      steps: detail.steps.map(({ counts: _, medianMs, ...step }) => ({
        ...step,
        ...(medianMs !== undefined && { expectedMs: medianMs }),
      })),
      edges: detail.edges,
      joins: [],
      leftOut: detail.leftOut,
      expectedMs: 1_210_000,
    }),
    startRun: () => makeRun({ id: detail.id }),
    pauseRun: ({ run }) => runOf(run),
    resumeRun: ({ run }) => runOf(run),
    cancelRun: ({ run }) => runOf(run),
    restartTasks: ({ run }) => ({ run: runOf(run), restarted: 37 }),
    platforms: () => platforms(world),
  };
}

function listRuns(
  { runs }: World,
  { search, state, pipeline, after, limit = 50 }: RequestTo<"listRuns">,
): ResponseOf<"listRuns"> {
  const states = [state ?? []].flat();
  const found = runs.filter(
    (run) =>
      (states.length === 0 || states.includes(run.state)) &&
      (pipeline === undefined || run.pipeline === pipeline) &&
      (search === undefined || `${run.id} ${run.pipeline} ${run.startedBy} ${run.selection}`.includes(search)),
  );
  return page(found, after, Number(limit), (part, next) => ({ runs: part, ...next }));
}

function listTasks({ tasks }: World, request: RequestTo<"listTasks">): ResponseOf<"listTasks"> {
  const { step, state, where, sort, after, limit = 100 } = request;
  const [steps, states, conditions] = [[step ?? []].flat(), [state ?? []].flat(), [where ?? []].flat()];
  const found = tasks.filter(
    (task) =>
      (steps.length === 0 || steps.includes(task.step)) &&
      (states.length === 0 || states.includes(task.state)) &&
      conditions.every((condition) => {
        const [name = "", value] = condition.split("=");
        return String(task.key[name]) === value;
      }),
  );
  if (sort?.endsWith("output:auc"))
    found.sort(
      (a, b) => (Number(b.values["auc"] ?? 0) - Number(a.values["auc"] ?? 0)) * (sort.startsWith("-") ? 1 : -1),
    );
  return page(found, after, Number(limit), (part, next) => ({ tasks: part, total: found.length, ...next }));
}

function page<T, R>(
  all: readonly T[],
  after: string | undefined,
  limit: number,
  answer: (part: T[], next: { next?: string }) => R,
): R {
  const from = Number(after ?? 0);
  const to = from + limit;
  return answer(all.slice(from, to), to < all.length ? { next: String(to) } : {});
}

function taskDetail({ tasks }: World, run: string, ref: string): ResponseOf<"getTask"> {
  const task = tasks.find((one) => one.ref === ref) ?? tasks[0]!;
  const at = task.startedAt ?? Date.now();
  const failed = task.state === "failed";
  const error = {
    type: "ValueError",
    message: "not enough flights in 28 days",
    at: "flights/train.py:48",
    stack:
      'Traceback (most recent call last):\n  File "flights/train.py", line 48, in fit\nValueError: not enough flights in 28 days',
  };
  const ended = failed
    ? {
        class: "user" as const,
        error,
        ending: "The task raised ValueError. It failed the same way before; no retries are left.",
        evidence: { exitCode: 1, signal: null, peakMemory: 315_621_376 },
      }
    : {};
  return makeTaskDetail({
    ...task,
    run,
    attemptsMade: failed
      ? [
          makeAttempt({ intendedAt: at - 9_000, endedAt: at - 5_000, ...ended, ending: "The task raised ValueError." }),
          makeAttempt({ number: 2, id: "b", intendedAt: at, why: "retry 1 of 1 for class user", ...ended }),
        ]
      : task.attempts > 0
        ? [makeAttempt({ intendedAt: at })]
        : [],
    inputs: [
      {
        name: "flights",
        from: "extract.flights",
        value: {
          artifact: {
            type: "file",
            digest: "sha256:9e107d9d372bb6826bd81d3542a419d6",
            bytes: 8_412_331,
            name: "flights.parquet",
          },
        },
      },
      { name: "lateMinutes", value: { value: 30 } },
    ],
    outputs: [
      {
        name: "model",
        type: "file",
        ...(failed
          ? {}
          : {
              value: {
                artifact: {
                  type: "file" as const,
                  digest: "sha256:e4d909c290d0fb1ca068ffaddf22cbd0",
                  bytes: 1_204_410,
                  name: "model.pkl",
                },
              },
            }),
      },
      { name: "auc", type: "number", ...(failed ? {} : { value: { value: 0.8132 } }) },
    ],
    needs: [{ ref: `features[origin=${String(task.key["origin"] ?? "JFK")}]`, state: "succeeded" }],
    needsTotal: 1,
    feeds: [
      {
        ref: `compare[origin=JFK,carrier=${String(task.key["carrier"] ?? "B6")}]`,
        state: failed ? "blocked" : "waiting",
      },
    ],
    feedsTotal: 1,
    commands: [
      { what: "Show it", line: `flotilla show '${task.ref}'` },
      { what: "Read its log", line: `flotilla logs '${task.ref}'` },
      { what: "Open its folder", line: "cd /home/ada/flights/.flotilla/attempts/01k0attempt" },
    ],
  });
}

function definition({ detail }: World, against: string | undefined): ResponseOf<"getDefinition"> {
  return {
    pipeline: detail.pipeline,
    file: "pipeline.ts",
    planHash: detail.plan,
    source: "45c48cce2e2d7fbdea1afc51c7c6ad26",
    code: "8f14e45fceea167a5a36dedd4bea2543",
    params: [
      {
        name: "lateMinutes",
        value: 30,
        default: 15,
        description: "From how many minutes on a flight is late",
        type: "integer > 0",
      },
      {
        name: "tune",
        value: false,
        default: false,
        description: "Search for the best parameters first",
        type: "boolean",
      },
      { name: "since", value: "2013-01-01", default: "2013-01-01", type: "text" },
    ],
    coverage: detail.coverage,
    dimensions: detail.dimensions,
    environments: [
      { step: "train", inWords: "venv of requirements.txt on python 3.11", hash: "d3d9446802a44259755d38e6d163e820" },
    ],
    pools: { gpu: 4 },
    limits: ["at most 2 tasks at once"],
    ...(against !== undefined && {
      differences: [
        { what: "param lateMinutes", here: "30", there: "15" },
        { what: "code flights/train.py", here: "8f14e45f", there: "c81e728d" },
      ],
    }),
  };
}

function runForm(name: string): ResponseOf<"getRunForm"> {
  return {
    name,
    file: "pipeline.ts",
    description: "Which flights will be late",
    paramsSchema: {
      type: "object",
      properties: {
        lateMinutes: {
          type: "integer",
          exclusiveMinimum: 0,
          maximum: 600,
          default: 15,
          description: "From how many minutes on a flight is late",
        },
        tune: { type: "boolean", default: false, description: "Search for the best parameters first" },
        model: { type: "string", enum: ["forest", "boosting", "linear"], default: "forest" },
        since: { type: "string", description: "The first day that counts, such as 2013-01-01" },
        weights: { type: "object", default: { late: 2 } },
      },
      required: ["lateMinutes", "tune", "model", "weights"],
    },
    defaultSelection: "all",
    selections: ["ci", "pr", "release"],
    scenarios: 399,
    dimensions: [
      { name: "origin", values: ["EWR", "JFK", "LGA"], total: 3 },
      { name: "carrier", values: ["9E", "AA", "B6"], total: 12 },
      { name: "month", values: ["1", "2", "3"], total: 12 },
    ],
  };
}

function platforms({ detail }: World): ResponseOf<"platforms"> {
  return {
    platforms: [
      {
        name: "local",
        running: 2,
        resources: [
          { name: "cpu", capacity: 2, used: 2 },
          { name: "memory", capacity: 16 * 2 ** 30, used: 2.4 * 2 ** 30 },
        ],
      },
      {
        name: "gpu",
        running: 3,
        resources: [
          { name: "cpu", capacity: 32, used: 12 },
          { name: "memory", capacity: 128 * 2 ** 30, used: 61 * 2 ** 30 },
          { name: "gpu", capacity: 4, used: 3 },
        ],
      },
    ],
    pools: [
      { name: "licences", capacity: 8, used: 8 },
      { name: "database", used: 3 },
    ],
    users: [
      { run: detail.id, pipeline: detail.pipeline, step: "train", platform: "local", running: 2 },
      { run: fakeId("run 3"), pipeline: "employment", step: "forecast", platform: "gpu", running: 3 },
    ],
    waiting: [
      { run: detail.id, pipeline: detail.pipeline, step: "train", tasks: 97, why: "2 of 2 CPUs of local are in use" },
      { run: fakeId("run 3"), pipeline: "employment", step: "forecast", tasks: 12, why: "pool licences full (8 of 8)" },
    ],
    engines: [
      { id: "laptop-4411", runs: 2, alive: true },
      { id: "laptop-3120", runs: 0, alive: false },
    ],
  };
}
