import { randomUUID } from "node:crypto";
import { downloadFrom, httpApi, type HttpApiOptions } from "../api/http-api.ts";
import type { Api } from "../api/operations.ts";
import type { ChosenServer } from "./choose-server.ts";
import type { Connection } from "./connection.ts";

/** No more than four looks a second, however many watch. */
const lookMs = 250;

/** The API of a server. One that comes back elsewhere, as the project's may, is found again. */
export function connectTo(server: ChosenServer): Connection {
  const options = (): HttpApiOptions => ({ ...server.find(), makeKey: randomUUID });
  const api = new Proxy({} as Api, {
    get: (_, name: keyof Api) => (request: never) => httpApi(options())[name](request),
  });
  return {
    api,
    download: (request) => downloadFrom(options(), "downloadArtifact", request),
    project: undefined,
    leave: (exitCode) => process.exit(exitCode),
    lookMs,
  };
}
