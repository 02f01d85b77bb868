import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { AttemptId } from "../../core/ids.ts";
import { makeAttemptFolder, writeRecord } from "../local/attempt-folder.ts";
import { readLog } from "../local/log-reader.ts";
import { findRunner } from "../local/package-files.ts";
import type { AttemptSpec, CancelOptions, LogLine, LogRange, Report } from "../platform.ts";
import { refuse, send } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { answers, reportRunning } from "./answers.ts";
import type { AnswerContext } from "./answers.ts";
import { toldAt } from "./attempt-document.ts";
import { AttemptTokens } from "./attempt-token.ts";
import { bootstrapCommand } from "./bootstrap.ts";
import { Finisher, outcomeOf } from "./finish-hand-in.ts";
import { type ContainerEnd, tellCancel, tellContainerEnded } from "./heartbeat.ts";
import { usualLimits } from "./limits.ts";
import type { TaskApiLimits } from "./limits.ts";
import { CodePackages, packRunner } from "./packages.ts";
import type { RunnerPackage } from "./packages.ts";
import { Packing } from "./packing.ts";
import { notFound, notNow, unauthorized } from "./refusal.ts";
import { RemoteAttempt } from "./remote-attempt.ts";
import { matchRoute, routes } from "./routes.ts";
import { Turns } from "./turns.ts";

export interface TaskApiOptions {
  /** The project's `.flotilla` folder. */
  readonly directory: string;
  readonly artifacts: ArtifactStore;
  /** How tasks reach us, as in `http://engine.example:7000`; absent: where we listen. */
  readonly advertise?: string;
  /** How long a task has after SIGTERM. */
  readonly graceMs?: number;
  readonly limits?: Partial<TaskApiLimits>;
}

/** With what a place that has a Python begins an attempt, in a current directory that it may write. */
export interface RemoteCommand {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A connection on which nothing has moved for so long is broken off; what came over it stays. */
const idleMs = 120_000;
const mostConnections = 20_000;

/**
 * How attempts that run where our disk is not get their code and inputs, and hand in their logs, values and outputs. It knows
 * nothing of the places themselves. All that counts is in the folders of attempts: another process of ours on the same project
 * goes on where this one ends.
 */
export class TaskApi {
  readonly #options: TaskApiOptions & { readonly graceMs: number };
  readonly #tokens: AttemptTokens;
  readonly #attempts = new Map<AttemptId, RemoteAttempt>();
  readonly #code: CodePackages;
  readonly #finisher: Finisher;
  readonly #limits: TaskApiLimits;
  readonly #turns = new Turns();
  /** How attempts share a place. */
  readonly packing: Packing;
  #runner: Promise<RunnerPackage> | undefined;
  #server: Server | undefined;
  #address: string | undefined;
  readonly #listeners = new Set<(report: Report) => void>();

  constructor(options: TaskApiOptions) {
    this.#options = { graceMs: 10_000, ...options };
    this.#tokens = new AttemptTokens(options.directory);
    this.#limits = { ...usualLimits, ...options.limits };
    this.#code = new CodePackages(options.artifacts);
    this.#address = options.advertise;
    this.packing = new Packing({
      tokens: this.#tokens,
      folderOf: (id) => this.#attemptOf(id).folder,
      runner: () => this.#runnerPackage(),
      address: () => this.#address,
    });
    const report = (told: Report): void => this.#report(told);
    this.#finisher = new Finisher({ artifacts: options.artifacts, limits: this.#limits, report });
  }

  /** How tasks reach us; undefined until we listen, unless it was given. */
  get address(): string | undefined {
    return this.#address;
  }

  /** Each is told of all attempts: `running` with the host and process of a task that has begun, `progress`, and `ended` with how its own runner saw the end. */
  onReport(listener: (report: Report) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Lets an attempt in, once its inputs and code are known to be there, and says with what it is begun. Idempotent.
   * @throws FlotillaError `TASK_CONFIG` for work that a place without our disk cannot do; `BLOB_MISSING`, `BLOB_DAMAGED`,
   * `OUTPUT_INVALID`, `DISK_FULL`; `INTERNAL` if nobody listens and no address is advertised
   */
  async admit(spec: AttemptSpec): Promise<RemoteCommand> {
    if (this.#address === undefined)
      throw new FlotillaError("INTERNAL", "the task API does not listen, and has no address");
    const attempt = this.#attemptOf(spec.id);
    const { directory, artifacts, graceMs } = this.#options;
    const told = toldAt(spec, attempt.folder, { code: join(directory, "code"), graceMs });
    attempt.lookAfter(spec, artifacts);
    await attempt.inputs!.check();
    if (spec.code !== undefined && spec.work.type !== "container") await this.#code.pack(spec.code);
    makeAttemptFolder(attempt.folder);
    writeRecord(attempt.folder.attempt, told);
    return {
      command: bootstrapCommand,
      env: { FLOTILLA_TASK_API: this.#address, FLOTILLA_TOKEN: this.#tokens.of(spec.id) },
    };
  }

  /** Looks after an attempt that an earlier process let in; what it has told is reported again. */
  async readmit(spec: AttemptSpec): Promise<void> {
    const attempt = this.#attemptOf(spec.id);
    attempt.lookAfter(spec, this.#options.artifacts);
    if (outcomeOf(attempt) === undefined) reportRunning(attempt, (told) => this.#report(told));
    if (attempt.isHandedIn) await this.#finisher.finish(attempt);
  }

  /** Asks the attempt's runner to end its task; after `graceMs` it is killed. Idempotent; a runner that is not there is not reached. */
  cancel(id: AttemptId, options: CancelOptions): void {
    const attempt = this.#attemptOf(id);
    if (attempt.isAdmitted) tellCancel(attempt, options);
  }

  /** The container of a container step has ended, and how: what carries its outputs hands them in then. Idempotent. */
  containerEnded(id: AttemptId, ended: ContainerEnd): void {
    const attempt = this.#attemptOf(id);
    if (attempt.isAdmitted) tellContainerEnded(attempt, ended);
  }

  /** The attempt is over: its token opens nothing any more, here and in every process after this one. Idempotent. */
  async revoke(id: AttemptId): Promise<void> {
    const attempt = this.#attemptOf(id);
    await attempt.revoke();
    this.#attempts.delete(id);
  }

  /** What an attempt has printed, as far as it has come in. */
  logs(id: AttemptId, range: LogRange = {}): AsyncIterable<LogLine> {
    return readLog(this.#attemptOf(id).folder.log, range);
  }

  /** When the attempt was last heard of by this process, by the monotonic clock; a runner that can is heard every ten seconds. */
  heardAt(id: AttemptId): number | undefined {
    return this.#attempts.get(id)?.heardAt;
  }

  /** Answers one request of a runner. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    try {
      await send(request, response, await this.#answer(request));
    } catch (thrown) {
      await refuse(request, response, thrown);
    }
  }

  /** @throws FlotillaError `ADDRESS_TAKEN` */
  async listen({ host, port }: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }> {
    // A body of many gigabytes has as long as it needs, as long as it moves.
    const server = createServer(
      { requestTimeout: 0, headersTimeout: 20_000 },
      (request, response) => void this.handle(request, response),
    );
    server.timeout = idleMs;
    server.maxConnections = mostConnections;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause) =>
        reject(
          new FlotillaError("ADDRESS_TAKEN", `the task API cannot listen on ${host}:${port}: ${cause.message}`, {
            cause,
            mend: "end what listens there, or name another address: --advertise, or `listen` of kubernetes() in the profile",
          }),
        ),
      );
      server.listen(port, host, resolve);
    });
    this.#server = server;
    const listening = (server.address() as AddressInfo).port;
    this.#address ??= `http://${host.includes(":") ? `[${host}]` : host}:${listening}`;
    return { port: listening };
  }

  /** Takes no more requests. What runs goes on, and tells whoever listens next. */
  async close(): Promise<void> {
    this.#listeners.clear();
    const server = this.#server;
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server?.closeAllConnections();
    for (const attempt of this.#attempts.values()) attempt.wake();
    await Promise.all([
      closed,
      ...[...this.#attempts.values()].map(({ finishing }) => finishing?.catch(() => undefined)),
    ]);
  }

  /** First who asks, then what for: without a token that is good there is no telling what exists. */
  async #answer(request: IncomingMessage): Promise<Answer> {
    const pack = this.#tokens.packOf(request.headers.authorization);
    if (pack !== undefined) return this.packing.answer(pack, request);
    const id = this.#tokens.attemptOf(request.headers.authorization);
    if (id === undefined) throw unauthorized();
    const attempt = this.#attempts.get(id) ?? new RemoteAttempt(this.#options.directory, id);
    if (!attempt.isAdmitted) throw unauthorized();
    // As it stands: an address has one reading.
    const [path = "", query] = (request.url ?? "").split("?", 2);
    const match = matchRoute(request.method ?? "", path);
    const mayRepeat = match !== undefined && routes[match.name].when === "looked after, or ended";
    if (attempt.isHandedIn && !mayRepeat) throw unauthorized();
    if (match === undefined) throw notFound();
    this.#attempts.set(id, attempt);
    attempt.heardAt = performance.now();
    const hasEnded = outcomeOf(attempt) !== undefined;
    if (routes[match.name].when !== "admitted" && attempt.spec === undefined && !hasEnded)
      throw notNow("no engine looks after this attempt just now");
    const call = { request, query: new URLSearchParams(query), digest: match.digest };
    return answers[match.name](await this.#context(), attempt, call);
  }

  #runnerPackage(): Promise<RunnerPackage> {
    this.#runner ??= packRunner(findRunner());
    return this.#runner;
  }

  async #context(): Promise<AnswerContext> {
    return {
      artifacts: this.#options.artifacts,
      runner: await this.#runnerPackage(),
      code: this.#code,
      finisher: this.#finisher,
      limits: this.#limits,
      graceMs: this.#options.graceMs,
      turns: this.#turns,
      report: (told) => this.#report(told),
    };
  }

  #report(report: Report): void {
    for (const listener of this.#listeners) listener(report);
  }

  #attemptOf(id: AttemptId): RemoteAttempt {
    const known = this.#attempts.get(id) ?? new RemoteAttempt(this.#options.directory, id);
    this.#attempts.set(id, known);
    return known;
  }
}
