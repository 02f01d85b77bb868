import { checkRequest } from "../api/check-request.ts";
import { openArtifact } from "../server/content/open-artifact.ts";
import { localApi } from "../server/local-api.ts";
import type { ServiceContext } from "../server/services/service.ts";
import type { Connection } from "./connection.ts";
import type { Project } from "./open-project.ts";
import { serviceContext } from "./service-context.ts";
import { userName } from "./user-name.ts";
import { readVersion } from "./version.ts";

/** One look costs a few rows: often enough to be smooth. */
const lookMs = 125;

/** The API over the project's store, in this process, for its user. */
export function localConnection(
  project: Project,
  more: Partial<Pick<ServiceContext, "makePlan">> = {},
): Connection & { readonly project: Project } {
  const context: ServiceContext = {
    ...serviceContext(project, { version: readVersion() }),
    anyFile: true,
    ...more,
  };
  project.beforeClose.add(() => context.views.close());
  return {
    api: localApi(context, { by: userName() }),
    download: async (request) => (await openArtifact(context, checkRequest("downloadArtifact", request))).open(),
    project,
    leave: project.leave,
    lookMs,
  };
}
