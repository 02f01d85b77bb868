import { request as open, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { FlotillaError } from "../../core/errors.ts";

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer that is read as it comes. */
export interface EngineStream {
  readonly status: number;
  /** One that is not read to its end is closed by leaving the loop. */
  readonly content: AsyncIterable<Buffer>;
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
  async await(method: string, path: string, signal: AbortSignal, headers: Headers = {}): Promise<EngineAnswer> {
    return this.#send(method, path, { signal, headers });
  }

  /**
   * Sends what may be as long as it likes, and is answered as it comes: a build, a push. Rejects as `ask` does, and as reading
   * what is to be sent does; while the answer is read, with whatever breaks the connection.
   */
  async exchange(method: string, path: string, sent: Omit<Sent, "body">): Promise<EngineStream> {
    const response = await this.#open(method, path, sent);
    return { status: response.statusCode ?? 0, content: response as AsyncIterable<Buffer> };
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

  /** Rejects as `ask` does; while it is read, with whatever breaks the connection. */
  async stream(path: string, signal: AbortSignal): Promise<EngineStream> {
    const response = await this.#open("GET", path, { signal });
    return { status: response.statusCode ?? 0, content: response as AsyncIterable<Buffer> };
  }

  async #send(method: string, path: string, sent: Sent): Promise<EngineAnswer> {
    const response = await this.#open(method, path, sent);
    try {
      return { status: response.statusCode ?? 0, body: await text(response) };
    } catch (thrown) {
      throw unreachable(this.host, thrown);
    }
  }

  async #open(method: string, path: string, { body, content, headers, signal }: Sent): Promise<IncomingMessage> {
    try {
      return await new Promise<IncomingMessage>((resolve, reject) => {
        const type = body === undefined ? {} : { "content-type": "application/json" };
        const options = { socketPath: this.#socketPath, method, path: version + path, signal };
        const asked = open({ ...options, headers: { ...type, ...headers } });
        asked.on("error", reject).on("response", resolve);
        if (content === undefined) asked.end(body === undefined ? undefined : JSON.stringify(body));
        // An engine may answer, and hang up, before it has all.
        else pipeline(content, asked).catch(reject);
      });
    } catch (thrown) {
      if (thrown instanceof FlotillaError) throw thrown;
      throw unreachable(this.host, thrown);
    }
  }
}

type Headers = Readonly<Record<string, string>>;

interface Sent {
  readonly body?: unknown;
  readonly content?: AsyncIterable<Uint8Array>;
  readonly headers?: Headers;
  readonly signal: AbortSignal;
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
