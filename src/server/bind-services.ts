import type { JsonOperation } from "../api/operations.ts";
import { openArtifact } from "./content/open-artifact.ts";
import { openLog } from "./content/open-log.ts";
import type { Services } from "./http/call.ts";
import { services } from "./services.ts";
import type { Service, ServiceContext } from "./services/service.ts";

/** What a server carries out: every service, with what it works with. */
export function bindServices(context: ServiceContext): Services {
  const bound = Object.entries(services as Readonly<Record<string, Service<JsonOperation>>>).map(([name, service]) => [
    name,
    (request: never, call: never) => service(context, request, call),
  ]);
  return {
    ...(Object.fromEntries(bound) as Services),
    downloadLog: (request) => openLog(context, request),
    downloadArtifact: (request) => openArtifact(context, request),
  };
}
