import { join } from "node:path";
import { LocalLogs } from "../platforms/local/local-logs.ts";
import { makePlan } from "../planner/planner.ts";
import { RunViews } from "../server/views/run-views.ts";
import type { ServiceContext } from "../server/services/service.ts";
import { isDriven } from "./engine-id.ts";
import type { Project } from "./open-project.ts";

/** What services work with in this process. */
export function serviceContext(
  project: Pick<Project, "directory" | "flotilla" | "database" | "store" | "artifacts" | "profile">,
  { version, engine }: { readonly version: string; readonly engine?: string },
): ServiceContext {
  const { directory, flotilla, database, store, artifacts } = project;
  return {
    project: directory,
    flotilla,
    isShared: database !== undefined,
    version,
    ...(engine === undefined ? {} : { engine }),
    store,
    artifacts,
    makePlan: async (options) => makePlan({ ...options, profile: await project.profile() }),
    isDriven,
    views: new RunViews({ store, folder: join(flotilla, "views") }),
    logs: new LocalLogs(flotilla),
    now: Date.now,
  };
}
