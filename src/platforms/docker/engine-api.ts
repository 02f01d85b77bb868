import { request as open, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { FlotillaError } from "../../core/errors.ts";

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

/** 1.41 is Docker 20.10, of 2020; later engines speak it as well. */
const version = "/v1.41";
/** An engine that takes longer to answer a plain question is away. */
const answerWithinMs = 60_000;

/** The HTTP API of a Docker engine on this machine. */
export class EngineApi {
  readonly host: string;
  readonly #socketPath: string;

  /** @param host `unix:///var/run/docker.sock` */
  constructor(host: string) {
    this.host = host;
    this.#socketPath = host.replace(/^unix:\/\//, "");
  }

  /** Rejects with `DOCKER_UNREACHABLE` where there is no answer; what the answer is is for the caller. */
  async ask(method: string, path: string, body?: unknown): Promise<EngineAnswer> {
    return this.#send(method, path, { body, signal: AbortSignal.timeout(answerWithinMs) });
  }

  /** A question that is answered when something has happened, however late. */
  async await(method: string, path: string, signal: AbortSignal): Promise<EngineAnswer> {
    return this.#send(method, path, { signal });
  }

  /** Opens the standard input of a container. Rejects with `DOCKER_UNREACHABLE`, `DOCKER_REFUSED`. */
  async openInput(container: string): Promise<Duplex> {
    const path = `${version}/containers/${container}/attach?stream=1&stdin=1`;
    const headers = { connection: "Upgrade", upgrade: "tcp" };
    return new Promise((resolve, reject) => {
      const asked = open({ socketPath: this.#socketPath, method: "POST", path, headers });
      asked.setTimeout(answerWithinMs, () => asked.destroy(new Error("no answer")));
      asked.on("error", (cause) => reject(unreachable(this.host, cause)));
      asked.on("upgrade", (_response, socket) => {
        socket.setTimeout(0);
        // What comes back is nothing to us, and a container that ends breaks it off.
        socket.on("error", () => undefined).resume();
        resolve(socket);
      });
      asked.on("response", (response) => {
        response.resume();
        reject(new FlotillaError("DOCKER_REFUSED", `Docker answered ${response.statusCode} to an attach`));
      });
      asked.end();
    });
  }

  async #send(
    method: string,
    path: string,
    { body, signal }: { body?: unknown; signal: AbortSignal },
  ): Promise<EngineAnswer> {
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const headers = body === undefined ? {} : { "content-type": "application/json" };
        const asked = open({ socketPath: this.#socketPath, method, path: version + path, headers, signal });
        asked.on("error", reject).on("response", resolve);
        asked.end(body === undefined ? undefined : JSON.stringify(body));
      });
      return { status: response.statusCode ?? 0, body: await text(response) };
    } catch (thrown) {
      throw unreachable(this.host, thrown);
    }
  }
}

function unreachable(host: string, cause: unknown): FlotillaError {
  return new FlotillaError("DOCKER_UNREACHABLE", `the Docker engine at ${host} does not answer: ${String(cause)}`, {
    mend: "start it, or correct the address; whoever runs Flotilla must be allowed to use its socket",
  });
}

/** What an engine says of why it refused something. */
export function messageIn({ body, status }: EngineAnswer): string {
  try {
    return (JSON.parse(body) as { message: string }).message;
  } catch {
    return `${status} ${body.slice(0, 500)}`;
  }
}
