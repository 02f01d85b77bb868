import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { FlotillaError } from "../../core/errors.ts";
import { engineTrouble } from "./engine-trouble.ts";
import { type EngineAccess, type EngineWay, wayTo } from "./engine-way.ts";

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer that is read as it comes. */
export interface EngineStream {
  readonly status: number;
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
  async await(method: string, path: string, signal: AbortSignal, headers: Headers = {}): Promise<EngineAnswer> {
    return this.#answer(method, path, { signal, headers });
  }

  /** Sends an archive, which takes as long as it takes. Rejects also as reading it does. */
  async send(path: string, archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<EngineAnswer> {
    return this.#answer("PUT", path, { content: archive, headers: { "content-type": "application/x-tar" }, signal });
  }

  async stream(path: string, signal: AbortSignal): Promise<EngineStream> {
    const answer = await this.exchange("GET", path, { signal });
    return { ...answer, content: this.#inWords(answer.content) };
  }

  /**
   * Sends what may be as long as it likes, and is answered as it comes: a build, a push. Rejects as `ask` does, and as reading
   * what is to be sent does; while the answer is read, with whatever breaks the connection.
   */
  async exchange(method: string, path: string, sent: Omit<Sent, "body">): Promise<EngineStream> {
    const response = await this.#request(method, path, sent);
    // Whoever reads is told; nobody else has to be.
    response.on("error", () => undefined);
    return {
      status: response.statusCode ?? 0,
      content: response as AsyncIterable<Buffer>,
      close: () => void response.destroy(),
    };
  }

  /** Opens the standard input of a container. Rejects with `DOCKER_REFUSED` as well. */
  async openInput(container: string): Promise<Duplex> {
    const path = `${version}/containers/${container}/attach?stream=1&stdin=1`;
    const headers = { connection: "Upgrade", upgrade: "tcp" };
    try {
      const { request, options } = this.#wayThere();
      return await new Promise<Duplex>((resolve, reject) => {
        const asked = request({ ...options, method: "POST", path, headers });
        asked.setTimeout(answerWithinMs, () => asked.destroy(new Error("no answer")));
        asked.on("error", reject);
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
    } catch (thrown) {
      throw engineTrouble(this.host, thrown);
    }
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

  async #request(method: string, path: string, { body, content, headers, signal }: Sent): Promise<IncomingMessage> {
    try {
      const { request, options } = this.#wayThere();
      return await new Promise<IncomingMessage>((resolve, reject) => {
        const type = body === undefined ? {} : { "content-type": "application/json" };
        const asked = request({ ...options, method, path: version + path, headers: { ...type, ...headers }, signal });
        asked.on("error", reject).on("response", resolve);
        if (content === undefined) asked.end(body === undefined ? undefined : JSON.stringify(body));
        // An engine may answer, and hang up, before it has all.
        else pipeline(content, asked).catch(reject);
      });
    } catch (thrown) {
      throw engineTrouble(this.host, thrown);
    }
  }

  #wayThere(): EngineWay {
    return (this.#way ??= wayTo(this.host, this.#access));
  }

  async *#inWords(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* content;
    } catch (thrown) {
      throw engineTrouble(this.host, thrown);
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

/** What an engine says of why it refused something. */
export function messageIn({ body, status }: EngineAnswer): string {
  try {
    return (JSON.parse(body) as { message: string }).message;
  } catch {
    return `${status} ${body.slice(0, 500)}`;
  }
}
