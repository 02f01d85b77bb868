import { setMaxListeners } from "node:events";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { FlotillaError } from "../../core/errors.ts";
import { CredentialKeeper } from "./credentials.ts";
import type { Credentials } from "./credentials.ts";
import type { ClusterAccess } from "./kubeconfig.ts";
import { RateLimit } from "./rate-limit.ts";
import { certificateRefusal, isPassing, retryAfterMs, unreachable } from "./request-failure.ts";

export interface KubeRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** From the root, its segments encoded: `/api/v1/namespaces/x/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Where it takes longer than usual until an answer begins. */
  readonly answerWithinMs?: number;
}

/** Any answer that means something: done, or refused for a reason that stands in its body. */
export interface KubeAnswer {
  readonly status: number;
  /** The object that was asked for, or a `Status` with `reason` and `message`. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface KubeClientOptions {
  /** Of ours, beside what the server limits. */
  readonly requestsPerSecond?: number;
  readonly burst?: number;
  /** A request that gets no answer is ended after this. */
  readonly timeoutMs?: number;
  /** For so long a request is repeated that fails for a passing reason. */
  readonly patienceMs?: number;
  /** The wait before the first repetition; it doubles with each. */
  readonly firstWaitMs?: number;
}

/** As client-go has them for a controller. */
const defaults = {
  requestsPerSecond: 50,
  burst: 100,
  timeoutMs: 30_000,
  patienceMs: 15 * 60_000,
  firstWaitMs: 250,
};
const longestWaitMs = 15_000;

/**
 * Speaks to one API server in JSON. What fails for a passing reason (5xx, 429, a connection that breaks) is repeated with
 * full jitter, so every request must bear being sent twice; credentials that are refused are got anew, once.
 *
 * Why not the client of Kubernetes itself: see docs/design.md.
 */
export class KubeClient {
  readonly access: ClusterAccess;
  readonly #options: Required<KubeClientOptions>;
  readonly #credentials: CredentialKeeper;
  readonly #rate: RateLimit;
  readonly #agent: HttpAgent;
  /** TRAP: a stream holds its connection for as long as it is read; among those that are shared, many would stop all else. */
  readonly #streams: HttpAgent;
  readonly #closing = new AbortController();

  constructor(access: ClusterAccess, options: KubeClientOptions = {}) {
    this.access = access;
    this.#options = { ...defaults, ...options };
    this.#credentials = new CredentialKeeper(access.readCredentials);
    this.#rate = new RateLimit(this.#options.requestsPerSecond, this.#options.burst);
    // Every request under way listens.
    setMaxListeners(0, this.#closing.signal);
    const Agent = access.server.startsWith("https:") ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 32 });
    this.#streams = new Agent();
  }

  /**
   * @throws FlotillaError `CLUSTER_ACCESS` when certificate or credentials are refused, `CLUSTER_UNREACHABLE` when there is
   * no answer for as long as the patience lasts
   */
  async request(request: KubeRequest): Promise<KubeAnswer> {
    const giveUpAt = performance.now() + this.#options.patienceMs;
    for (let failures = 0; ; failures++) {
      const waitMs = Math.random() * Math.min(this.#options.firstWaitMs * 2 ** failures, longestWaitMs);
      try {
        const response = await this.#sendWithCredentials(request);
        const body = await this.#readWhole(response);
        const status = response.statusCode!;
        if (!isPassing(status)) return { status, body: parseBody(body) };
        const askedMs = retryAfterMs(response.headers["retry-after"]);
        const waitedForMs = askedMs === undefined ? waitMs : askedMs + waitMs;
        if (performance.now() + waitedForMs > giveUpAt)
          throw unreachable(this.access.server, `answered ${status}: ${messageIn(body)}`);
        await this.#wait(waitedForMs, request.signal);
      } catch (thrown) {
        if (thrown instanceof FlotillaError || this.#isEnded(request.signal)) throw thrown;
        const refusal = certificateRefusal(this.access.server, thrown);
        if (refusal !== undefined) throw refusal;
        if (performance.now() + waitMs > giveUpAt) throw unreachable(this.access.server, String(thrown), thrown);
        await this.#wait(waitMs, request.signal);
      }
    }
  }

  /**
   * Begins an answer that comes bit by bit. It is not repeated: whoever reads knows from where on.
   * @throws whatever broke the connection; FlotillaError `CLUSTER_ACCESS`
   */
  async stream(request: KubeRequest): Promise<IncomingMessage> {
    return this.#sendWithCredentials(request, this.#streams);
  }

  /** Ends everything that is under way. */
  close(): void {
    this.#closing.abort(new Error("the client was closed"));
    this.#agent.destroy();
    this.#streams.destroy();
  }

  async #sendWithCredentials(request: KubeRequest, agent = this.#agent): Promise<IncomingMessage> {
    const first = await this.#credentials.current();
    const response = await this.#send(request, first, agent);
    if (response.statusCode !== 401) return response;
    response.resume();
    this.#credentials.reject(first);
    const second = await this.#send(request, await this.#credentials.current(), agent);
    if (second.statusCode !== 401) return second;
    second.resume();
    throw new FlotillaError("CLUSTER_ACCESS", `the API server at ${this.access.server} does not know us (401)`, {
      mend: "the credentials of the kubeconfig are wrong or have expired; log in to the cluster again",
    });
  }

  async #send(request: KubeRequest, credentials: Credentials, agent: HttpAgent): Promise<IncomingMessage> {
    await this.#wait(this.#rate.takePlace(), request.signal);
    const { server } = this.access;
    const url = new URL(server + request.path);
    for (const [name, value] of Object.entries(request.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const options = { ...this.#requestOptions(request, credentials, body), agent };
    return new Promise((resolve, reject) => {
      const sent = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options);
      const { answerWithinMs = this.#options.timeoutMs } = request;
      const late = setTimeout(() => sent.destroy(new Error(`no answer within ${answerWithinMs} ms`)), answerWithinMs);
      sent.on("response", (response) => {
        clearTimeout(late);
        // Whoever reads sees the error as well; without a listener it would end the process.
        response.on("error", () => undefined);
        resolve(response);
      });
      sent.on("error", (error) => {
        clearTimeout(late);
        reject(error);
      });
      sent.end(body);
    });
  }

  async #readWhole(response: IncomingMessage): Promise<string> {
    const { timeoutMs } = this.#options;
    const late = setTimeout(() => response.destroy(new Error(`no whole answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      return await text(response);
    } finally {
      clearTimeout(late);
    }
  }

  #requestOptions(
    { method, contentType, signal }: KubeRequest,
    { token, cert, key }: Credentials,
    body: Buffer | undefined,
  ): RequestOptions {
    const { ca, serverName, insecure } = this.access;
    const type = { "content-type": contentType ?? "application/json", "content-length": String(body?.length) };
    const tls = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      rejectUnauthorized: !insecure,
    };
    return {
      method,
      signal: this.#signal(signal),
      headers: {
        accept: "application/json",
        "user-agent": "flotilla",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : type),
      },
      ...tls,
    };
  }

  #signal(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  #isEnded(signal: AbortSignal | undefined): boolean {
    return this.#closing.signal.aborted || signal?.aborted === true;
  }

  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.#signal(signal) });
  }
}

/** A proxy in between answers in HTML: its text is kept as the message. */
function parseBody(body: string): KubeAnswer["body"] {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as KubeAnswer["body"];
  } catch {
    // Not JSON; see above.
  }
  return { message: body.slice(0, 500) };
}

function messageIn(body: string): string {
  const { message } = parseBody(body);
  return typeof message === "string" ? message : body.slice(0, 500);
}
