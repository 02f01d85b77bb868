import { request as open, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
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
  async await(
    method: string,
    path: string,
    signal: AbortSignal,
    headers?: Readonly<Record<string, string>>,
  ): Promise<EngineAnswer> {
    return this.#send(method, path, { signal, headers });
  }

  /** An answer that comes piece by piece, and is the caller's to read; what is sent may be as long as it likes. */
  async stream(
    method: string,
    path: string,
    request: { headers: Readonly<Record<string, string>>; content?: AsyncIterable<Uint8Array>; signal: AbortSignal },
  ): Promise<IncomingMessage> {
    return this.#reach(() => this.#open(method, path, request));
  }

  async #send(
    method: string,
    path: string,
    request: { body?: unknown; signal: AbortSignal; headers?: Readonly<Record<string, string>> | undefined },
  ): Promise<EngineAnswer> {
    return this.#reach(async () => {
      const response = await this.#open(method, path, request);
      return { status: response.statusCode ?? 0, body: await text(response) };
    });
  }

  #open(
    method: string,
    path: string,
    {
      body,
      content,
      signal,
      headers = {},
    }: {
      body?: unknown;
      content?: AsyncIterable<Uint8Array>;
      signal: AbortSignal;
      headers?: Readonly<Record<string, string>> | undefined;
    },
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const options = { socketPath: this.#socketPath, method, path: version + path, signal };
      const asked = open({ ...options, headers: { ...type, ...headers } });
      asked.on("error", reject).on("response", resolve);
      if (content === undefined) asked.end(body === undefined ? undefined : JSON.stringify(body));
      // An engine may answer, and hang up, before it has all.
      else pipeline(content, asked).catch(reject);
    });
  }

  async #reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      // What is sent could not be read.
      if (thrown instanceof FlotillaError) throw thrown;
      throw new FlotillaError(
        "DOCKER_UNREACHABLE",
        `the Docker engine at ${this.host} does not answer: ${String(thrown)}`,
        {
          mend: "start it, or correct the address; whoever runs Flotilla must be allowed to use its socket",
        },
      );
    }
  }
}

/** What an engine says of why it refused something. */
export function messageIn({ body, status }: EngineAnswer): string {
  try {
    return (JSON.parse(body) as { message: string }).message;
  } catch {
    return `${status} ${body.slice(0, 500)}`;
  }
}
