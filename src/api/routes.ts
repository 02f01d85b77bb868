/** What somebody must be allowed to do to use a route: nothing, look, or act. */
export type Role = "anyone" | "viewer" | "operator";

/**
 * What an answer is: one JSON document, a page of HTTP's own (`text`), server-sent events, or the bytes of a log or an
 * artifact (ranges allowed).
 */
export type Answer = "json" | "text" | "events" | "content";

export interface Route {
  readonly method: "GET" | "POST";
  /** Members in braces are fields of the request; the others come from the query (GET) or the body (POST). */
  readonly path: string;
  readonly role: Role;
  readonly answer: Answer;
  /** For the reference and for `/openapi.json`. */
  readonly summary: string;
}

/** The version of the wire: part of every path, raised only when something that worked would not work any more. */
export const apiVersion = 1;

/** So many runs can be looked at by one stream of events. */
export const mostWatchedRuns = 16;

/** And so many logs. */
export const mostFollowedLogs = 8;

/**
 * Every route there is, by operation. Plain data: the server, the OpenAPI document, the tests of who may do what, the
 * command line and the dashboard are all made from it. What requests and answers hold is in `operations.ts`.
 */
export const routes = {
  health: route("GET", "/healthz", "anyone", "text", "whether the process answers"),
  readiness: route("GET", "/readyz", "anyone", "text", "whether it can serve: the store answers, the engine runs"),
  metrics: route("GET", "/metrics", "viewer", "text", "measurements for Prometheus"),
  openapi: route("GET", "/openapi.json", "anyone", "json", "this document"),

  logIn: route("POST", "/login", "anyone", "json", "exchange a token for a cookie of this browser"),
  logOut: route("POST", "/logout", "anyone", "json", "forget that cookie"),

  server: route("GET", "/api/v1/server", "viewer", "json", "what this server is, and what time it has"),
  platforms: route("GET", "/api/v1/platforms", "viewer", "json", "platforms and pools: what they have, who uses it"),

  listRuns: route("GET", "/api/v1/runs", "viewer", "json", "runs, newest first"),
  startRun: route("POST", "/api/v1/runs", "operator", "json", "plan a pipeline and start a run of it"),
  previewRun: route("POST", "/api/v1/plans", "operator", "json", "plan a pipeline and say what a run of it would do"),
  getRun: route(
    "GET",
    "/api/v1/runs/{run}",
    "viewer",
    "json",
    "how a run stands: its steps, their states, its forecast",
  ),
  getDefinition: route("GET", "/api/v1/runs/{run}/definition", "viewer", "json", "what a run is pinned to"),
  listScenarios: route("GET", "/api/v1/runs/{run}/scenarios", "viewer", "json", "the scenario table of a run"),

  pauseRun: route("POST", "/api/v1/runs/{run}/pause", "operator", "json", "start nothing new; what runs, runs on"),
  resumeRun: route("POST", "/api/v1/runs/{run}/resume", "operator", "json", "go on with a paused run"),
  cancelRun: route("POST", "/api/v1/runs/{run}/cancel", "operator", "json", "end a run and all its processes"),
  restartTasks: route("POST", "/api/v1/runs/{run}/restart", "operator", "json", "run chosen tasks again"),

  listTasks: route("GET", "/api/v1/runs/{run}/tasks", "viewer", "json", "tasks of a run, filtered and sorted"),
  getTask: route("GET", "/api/v1/runs/{run}/tasks/{task}", "viewer", "json", "all about one task"),
  countTasks: route("GET", "/api/v1/runs/{run}/counts", "viewer", "json", "tasks counted by two dimensions"),
  getFleetAxes: route("GET", "/api/v1/runs/{run}/fleet/axes", "viewer", "json", "rows and columns of the heat-map"),
  getFleetTile: route("GET", "/api/v1/runs/{run}/fleet/tile", "viewer", "json", "a part of the heat-map"),
  getTimeline: route("GET", "/api/v1/runs/{run}/timeline", "viewer", "json", "what went on when"),
  listFailures: route("GET", "/api/v1/runs/{run}/failures", "viewer", "json", "failed tasks, grouped by cause"),

  listLogs: route("GET", "/api/v1/runs/{run}/logs/tasks", "viewer", "json", "tasks that have logs, as they change"),
  readLogs: route("GET", "/api/v1/runs/{run}/logs", "viewer", "json", "lines of a task's log"),
  searchLogs: route("GET", "/api/v1/runs/{run}/logs/search", "viewer", "json", "lines that hold a text, in all tasks"),
  downloadLog: route("GET", "/api/v1/runs/{run}/logs/download", "viewer", "content", "the whole log of an attempt"),

  listArtifacts: route("GET", "/api/v1/runs/{run}/artifacts", "viewer", "json", "files and folders that tasks made"),
  previewArtifact: route("GET", "/api/v1/runs/{run}/artifacts/preview", "viewer", "json", "the beginning of one"),
  downloadArtifact: route("GET", "/api/v1/runs/{run}/artifacts/content", "viewer", "content", "the bytes of one"),

  listPipelines: route(
    "GET",
    "/api/v1/pipelines",
    "viewer",
    "json",
    "pipelines of the project, and those that have run",
  ),
  getPipeline: route("GET", "/api/v1/pipelines/{pipeline}", "viewer", "json", "a pipeline's runs over time"),
  getRunForm: route("GET", "/api/v1/pipelines/{pipeline}/form", "viewer", "json", "what a new run can be given"),

  events: route("GET", "/api/v1/events", "viewer", "events", "what changes, as it changes"),
} as const satisfies Record<string, Route>;

export type OperationName = keyof typeof routes;

function route<M extends Route["method"], A extends Answer>(
  method: M,
  path: string,
  role: Role,
  answer: A,
  summary: string,
): Route & { readonly method: M; readonly answer: A } {
  return { method, path, role, answer, summary };
}
