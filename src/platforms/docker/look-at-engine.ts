import { FlotillaError } from "../../core/errors.ts";
import { EngineApi, messageIn } from "./engine-api.ts";

/** What can be told of a Docker engine before anything runs on it. */
export interface EngineLook {
  readonly version: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Whether the image is there; undefined where none was asked about. One that is not is pulled when it is needed. */
  readonly hasImage: boolean | undefined;
}

/** Rejects with `DOCKER_UNREACHABLE` where it does not answer, and `DOCKER_REFUSED` where it is no Docker engine. */
export async function lookAtEngine(host: string, image?: string): Promise<EngineLook> {
  const api = new EngineApi(host);
  const answer = await api.ask("GET", "/info");
  if (answer.status !== 200)
    throw new FlotillaError(
      "DOCKER_REFUSED",
      `what listens at ${host} refused to tell of itself: ${messageIn(answer)}`,
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
