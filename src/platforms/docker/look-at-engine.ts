import { defined } from "../../core/defined.ts";
import { FlotillaError } from "../../core/errors.ts";
import { EngineApi, messageIn } from "./engine-api.ts";
import type { EngineAccess } from "./engine-way.ts";

/** What can be told of a Docker engine before anything runs on it. */
export interface EngineLook {
  readonly version: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Whether the image is there; undefined where none was asked about. One that is not is pulled when it is needed. */
  readonly hasImage: boolean | undefined;
}

/** Rejects with `DOCKER_UNREACHABLE` or `DOCKER_ACCESS` where it does not answer, and `DOCKER_REFUSED` where it is no Docker engine. */
export async function lookAtEngine(
  { host, ...access }: { readonly host: string } & EngineAccess,
  image?: string,
): Promise<EngineLook> {
  const api = new EngineApi(host, access);
  try {
    return await lookBy(api, { image });
  } finally {
    api.close();
  }
}

export async function lookBy(
  api: EngineApi,
  { image, withinMs }: { readonly image?: string | undefined; readonly withinMs?: number },
): Promise<EngineLook> {
  const answer = await api.ask("GET", "/info", undefined, defined({ withinMs }));
  if (answer.status !== 200)
    throw new FlotillaError(
      "DOCKER_REFUSED",
      `what listens at ${api.host} refused to tell of itself: ${messageIn(answer)}`,
    );
  const { ServerVersion, NCPU, MemTotal } = JSON.parse(answer.body) as Info;
  return {
    version: ServerVersion,
    cpus: NCPU,
    memoryBytes: MemTotal,
    hasImage: image === undefined ? undefined : (await api.ask("GET", `/images/${image}/json`)).status === 200,
  };
}

interface Info {
  readonly ServerVersion: string;
  readonly NCPU: number;
  readonly MemTotal: number;
}
