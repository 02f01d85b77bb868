import { checkRequest } from "../api/check-request.ts";
import type { Api, JsonOperation, RequestTo, ResponseOf } from "../api/operations.ts";
import { services } from "./services.ts";
import type { Call, Service, ServiceContext } from "./services/service.ts";

/** The operations that there are services for. */
export type LocalApi = Pick<Api, keyof typeof services>;

/**
 * The API in this process, over the services alone: what is asked is checked as it is when it comes over HTTP, and answered
 * alike.
 */
export function localApi(context: ServiceContext, call: Call): LocalApi {
  const ask = async <Name extends keyof typeof services>(
    name: Name,
    request: RequestTo<Name>,
  ): Promise<ResponseOf<Name>> => {
    const service = services[name] as unknown as Service<Name & JsonOperation>;
    return service(context, checkRequest(name, request), call);
  };
  const names = Object.keys(services) as (keyof typeof services)[];
  return Object.fromEntries(names.map((name) => [name, (request: never) => ask(name, request)])) as unknown as LocalApi;
}
