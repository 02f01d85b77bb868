import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { engineTrouble } from "./engine-trouble.ts";
import { type EngineAccess, type EngineWay, wayTo } from "./engine-way.ts";

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer that is read as it comes. */
export interface EngineStream {
  readonly status: number;
  /** Rejects, as asking does, where the connection breaks. */
  readonly content: AsyncIterable<Buffer>;
  /** Must be called of one that is not read to its end, and may be of any. */
  readonly close: () => void;
}

/** 1.41 is Docker 20.10, of 2020; later engines speak it as well. */
const version = "/v1.41";
/** An engine that takes longer to answer a plain question is away. */
const answerWithinMs = 60_000;

/** The HTTP API of a Docker engine. What there is no answer to rejects with `DOCKER_UNREACHABLE` or `DOCKER_ACCESS`. */
export class EngineApi {
  readonly host: string;
  readonly #access: EngineAccess;
  #way: EngineWay | undefined;

  /** @param host `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@machine` */
  constructor(host: string, access: EngineAccess = {}) {
    this.host = host;
    this.#access = access;
  }

  /** What the answer is is for the caller. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    { withinMs = answerWithinMs }: { readonly withinMs?: number } = {},
  ): Promise<EngineAnswer> {
    return this.#answer(method, path, { body, signal: AbortSignal.timeout(withinMs) });
  }

  /** A question that is answered when something has happened, however late. */
  async await(method: string, path: string, signal: AbortSignal): Promise<EngineAnswer> {
    return this.#answer(method, path, { signal });
  }

  /** Sends an archive, which takes as long as it takes. */
  async send(path: string, archive: Readable, signal: AbortSignal): Promise<EngineAnswer> {
    return this.#answer("PUT", path, { archive, signal });
  }

  async stream(path: string, signal: AbortSignal): Promise<EngineStream> {
    const response = await this.#request("GET", path, { signal });
    // Whoever reads is told; nobody else has to be.
    response.on("error", () => undefined);
    return {
      status: response.statusCode ?? 0,
      content: this.#contentOf(response),
      close: () => void response.destroy(),
    };
  }

  /** Closes the connections that are kept. */
  close(): void {
    const { agent } = this.#way?.options ?? {};
    if (typeof agent === "object") agent.destroy();
  }

  async #answer(method: string, path: string, sent: Sent): Promise<EngineAnswer> {
    const response = await this.#request(method, path, sent);
    try {
      return { status: response.statusCode ?? 0, body: await text(response) };
    } catch (thrown) {
      throw engineTrouble(this.host, thrown);
    }
  }

  async #request(method: string, path: string, { body, archive, signal }: Sent): Promise<IncomingMessage> {
    try {
      const { request, options } = (this.#way ??= wayTo(this.host, this.#access));
      return await new Promise<IncomingMessage>((resolve, reject) => {
        const type = archive ? "application/x-tar" : body === undefined ? undefined : "application/json";
        const headers = type === undefined ? {} : { "content-type": type };
        const asked = request({ ...options, method, path: version + path, headers, signal });
        asked.on("error", reject).on("response", resolve);
        // An engine that refuses an archive answers before it has read all of it; its answer is what counts then.
        if (archive !== undefined) pipeline(archive, asked).catch(reject);
        else asked.end(body === undefined ? undefined : JSON.stringify(body));
      });
    } catch (thrown) {
      throw engineTrouble(this.host, thrown);
    }
  }

  async *#contentOf(response: IncomingMessage): AsyncGenerator<Buffer> {
    try {
      yield* response as AsyncIterable<Buffer>;
    } catch (thrown) {
      throw engineTrouble(this.host, thrown);
    }
  }
}

interface Sent {
  readonly body?: unknown;
  readonly archive?: Readable;
  readonly signal: AbortSignal;
}

/** What an engine says of why it refused something. */
export function messageIn({ body, status }: EngineAnswer): string {
  try {
    return (JSON.parse(body) as { message: string }).message;
  } catch {
    return `${status} ${body.slice(0, 500)}`;
  }
}
