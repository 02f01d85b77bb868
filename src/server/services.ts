import type { JsonOperation } from "../api/operations.ts";
import { cancelRun, pauseRun, resumeRun } from "./services/act-on-run.ts";
import { countTasks } from "./services/count-tasks.ts";
import { getDefinition } from "./services/get-definition.ts";
import { getFleetAxes } from "./services/get-fleet-axes.ts";
import { getFleetTile } from "./services/get-fleet-tile.ts";
import { getPipeline } from "./services/get-pipeline.ts";
import { getRun } from "./services/get-run.ts";
import { getRunForm } from "./services/get-run-form.ts";
import { getTask } from "./services/get-task.ts";
import { getTimeline } from "./services/get-timeline.ts";
import { listArtifacts } from "./services/list-artifacts.ts";
import { listFailures } from "./services/list-failures.ts";
import { listLogs } from "./services/list-logs.ts";
import { listPipelines } from "./services/list-pipelines.ts";
import { listRuns } from "./services/list-runs.ts";
import { listScenarios } from "./services/list-scenarios.ts";
import { listTasks } from "./services/list-tasks.ts";
import { platforms } from "./services/platforms.ts";
import { previewArtifact } from "./services/preview-artifact.ts";
import { previewRun } from "./services/preview-run.ts";
import { readLogs } from "./services/read-logs.ts";
import { restartTasks } from "./services/restart-tasks.ts";
import { searchLogs } from "./services/search-logs.ts";
import { server } from "./services/server.ts";
import type { Service } from "./services/service.ts";
import { startRun } from "./services/start-run.ts";

/** What carries each operation out that answers with a JSON document. */
export const services = {
  server,
  platforms,
  listRuns,
  startRun,
  previewRun,
  getRun,
  getDefinition,
  listScenarios,
  pauseRun,
  resumeRun,
  cancelRun,
  restartTasks,
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
  listArtifacts,
  previewArtifact,
  listPipelines,
  getPipeline,
  getRunForm,
} satisfies { readonly [Name in JsonOperation]: Service<Name> };
