import * as z from "zod";
import type { OperationName } from "./routes.ts";
import { downloadArtifact, listArtifacts, previewArtifact } from "./schemas/artifact.ts";
import { events } from "./schemas/event.ts";
import { listFailures } from "./schemas/failure.ts";
import { getFleetAxes, getFleetTile } from "./schemas/fleet.ts";
import { downloadLog, listLogs, readLogs, searchLogs } from "./schemas/log.ts";
import { getPipeline, getRunForm, listPipelines } from "./schemas/pipeline.ts";
import * as run from "./schemas/run.ts";
import { logIn, logOut } from "./schemas/session.ts";
import { platforms, server } from "./schemas/server.ts";
import { countTasks, getTask, listTasks } from "./schemas/task.ts";
import { getTimeline } from "./schemas/timeline.ts";

const nothing = { request: z.strictObject({}), response: z.never() };

/** What each operation is given and answers with. Requests are flat; `routes.ts` says which fields stand in the path. */
export const operations = {
  health: nothing,
  readiness: nothing,
  metrics: nothing,
  openapi: { request: z.strictObject({}), response: z.record(z.string(), z.json()) },
  logIn,
  logOut,
  server,
  platforms,
  listRuns: run.listRuns,
  startRun: run.startRun,
  previewRun: run.previewRun,
  getRun: run.getRun,
  getDefinition: run.getDefinition,
  listScenarios: run.listScenarios,
  pauseRun: run.pauseRun,
  resumeRun: run.resumeRun,
  cancelRun: run.cancelRun,
  restartTasks: run.restartTasks,
  listTasks,
  getTask,
  countTasks,
  getFleetAxes,
  getFleetTile,
  getTimeline,
  listFailures,
  listLogs,
  readLogs,
  searchLogs,
  downloadLog,
  listArtifacts,
  previewArtifact,
  downloadArtifact,
  listPipelines,
  getPipeline,
  getRunForm,
  events,
} as const satisfies Record<OperationName, { readonly request: z.ZodType; readonly response: z.ZodType }>;

/** What a caller may leave out has a default. */
export type RequestTo<Name extends OperationName> = z.input<(typeof operations)[Name]["request"]>;
/** The request as the server has it: checked, defaults filled in. */
export type Checked<Name extends OperationName> = z.output<(typeof operations)[Name]["request"]>;
export type ResponseOf<Name extends OperationName> = z.output<(typeof operations)[Name]["response"]>;

/** Those that answer with one JSON document; the others are bytes, text and events. */
export type JsonOperation = Exclude<
  OperationName,
  "health" | "readiness" | "metrics" | "openapi" | "logIn" | "logOut" | "events" | "downloadLog" | "downloadArtifact"
>;

/**
 * Everything that can be asked, in one shape: over HTTP (`http-api.ts`) or of the services in this process
 * (`server/local-api.ts`), with equal answers. Rejects with a `FlotillaError`.
 */
export type Api = {
  readonly [Name in JsonOperation]: (request: RequestTo<Name>) => Promise<ResponseOf<Name>>;
};
