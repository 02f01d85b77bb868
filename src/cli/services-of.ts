import { openArtifact } from "../server/content/open-artifact.ts";
import { openLog } from "../server/content/open-log.ts";
import type { Call, Services } from "../server/http/call.ts";
import { services } from "../server/services.ts";
import type { ServiceContext } from "../server/services/service.ts";

/** What a server carries out for a project. */
export function servicesOf(context: ServiceContext): Services {
  const entries = Object.entries(services).map(([name, service]) => [
    name,
    (request: never, call: Call) => service(context, request, call),
  ]);
  return {
    ...(Object.fromEntries(entries) as Services),
    downloadLog: (request) => openLog(context, request),
    downloadArtifact: (request) => openArtifact(context, request),
  };
}
