import { createReadStream } from "node:fs";
import { request } from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

export interface DockerAnswer {
  readonly status: number;
  readonly body: Buffer;
  json<T>(): T;
}

/** One request to a Docker engine at `unix:///…`: `body` is sent as JSON, `archive` is a file that is sent as it is; a push wants an `auth`. */
export async function askDocker(
  host: string,
  method: string,
  path: string,
  { body, archive, auth }: { body?: unknown; archive?: string; auth?: string } = {},
): Promise<DockerAnswer> {
  const outgoing = request({
    socketPath: host.replace("unix://", ""),
    method,
    path,
    headers: {
      "content-type": archive === undefined ? "application/json" : "application/x-tar",
      ...(auth !== undefined && { "x-registry-auth": auth }),
    },
  });
  const incoming = new Promise<DockerAnswer>((resolve, reject) => {
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      buffer(response).then(
        (bytes) =>
          resolve({
            status: response.statusCode!,
            body: bytes,
            json: <T>() => JSON.parse(bytes.toString()) as T,
          }),
        reject,
      );
    });
  });
  if (archive === undefined) outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  else await pipeline(createReadStream(archive), outgoing);
  return incoming;
}
