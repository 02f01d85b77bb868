import { defined } from "../../core/defined.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { AttemptId } from "../../core/ids.ts";
import { isForAnotherMachine, isHopelessPull, isNoEntry } from "../image-pull.ts";
import { registryOf, repositoryOf } from "../images/image-name.ts";
import { authHeader, loginHint, type Logins } from "../images/registry-login.ts";
import type { LogSource } from "../followed-log/log-source.ts";
import { containerLog } from "./container-log.ts";
import { attemptLabel, containerName, projectLabel } from "./container-spec.ts";
import { type EngineAnswer, type EngineApi, messageIn } from "./engine-api.ts";

/** What nobody but a person mends: a user, a network, a runtime that there is not. */
const neverStarts = /unable to find user|no matching entries in (passwd|group)|network \S+ not found|unknown runtime/i;
const toolkit = "; an engine with GPUs has the NVIDIA Container Toolkit installed";

/** How a container stands. */
export interface Container {
  readonly id: string;
  /** The id of its image: what runs, whatever its name has come to mean since. */
  readonly image: string;
  readonly attempt: string | undefined;
  readonly status: "created" | "running" | "exited";
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Milliseconds since 1970; absent for what has not happened. */
  readonly startedAt?: number;
  readonly endedAt?: number;
}

interface Inspected {
  readonly Id: string;
  readonly Image: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
}

/** The containers of attempts, one a name. Rejects with `DOCKER_UNREACHABLE`, and `DOCKER_REFUSED` for what is no answer to the question. */
export class Containers {
  readonly #api: EngineApi;
  readonly #closing: AbortSignal;
  readonly #logins: Logins;
  /** Of images by their ids: under which digests registries know them. */
  readonly #digests = new Map<string, readonly string[]>();

  /** @param closing ends what takes as long as it takes: a pull, the wait for an end */
  constructor(api: EngineApi, closing: AbortSignal, logins: Logins) {
    this.#api = api;
    this.#closing = closing;
    this.#logins = logins;
  }

  /** Undefined where there is none. */
  async find(attempt: AttemptId): Promise<Container | undefined> {
    const answer = await this.#api.ask("GET", `/containers/${containerName(attempt)}/json`);
    if (answer.status === 404) return undefined;
    const { Id, Image, Config, State } = JSON.parse(accepted(answer, 200).body) as Inspected;
    const status = State.Status === "created" ? "created" : isAtWork(State.Status) ? "running" : "exited";
    return {
      id: Id,
      image: Image,
      attempt: Config.Labels?.[attemptLabel],
      status,
      exitCode: State.ExitCode,
      outOfMemory: State.OOMKilled,
      ...defined({ startedAt: timeOf(State.StartedAt), endedAt: timeOf(State.FinishedAt) }),
    };
  }

  /**
   * Makes it; one that is there already under its name is no fault. `TASK_CONFIG` where its image or its description is at
   * fault, `DOCKER_REFUSED` where it may pass: a registry that is away.
   */
  async create(attempt: AttemptId, image: string, spec: object): Promise<void> {
    const make = (): Promise<EngineAnswer> =>
      this.#api.ask("POST", `/containers/create?name=${containerName(attempt)}`, spec);
    let answer = await make();
    if (answer.status === 404) {
      await this.#pull(image);
      answer = await make();
    }
    if (answer.status === 201 || answer.status === 409) return;
    if (answer.status >= 500) throw refused(answer);
    throw new FlotillaError("TASK_CONFIG", `Docker refused its container: ${messageIn(answer)}`);
  }

  /**
   * `TASK_CONFIG` where its program cannot be run, or the engine has no cards to give. One that runs already is no fault; TRAP: one
   * that has ended would run again.
   * @param input for one that was made to have a standard input: it is there from its first moment on
   */
  async start(
    attempt: AttemptId,
    { input, program = "the Flotilla runner" }: { readonly input?: string; readonly program?: string } = {},
  ): Promise<void> {
    const opened = input === undefined ? undefined : await this.#api.openInput(containerName(attempt));
    const asked = this.#api.ask("POST", `/containers/${containerName(attempt)}/start`);
    const answer = await asked.catch((thrown: unknown) => {
      opened?.destroy();
      throw thrown;
    });
    if (answer.status === 204) opened?.end(input);
    else opened?.destroy();
    if (answer.status === 204 || answer.status === 304) return;
    if (isForAnotherMachine(answer.body))
      throw new FlotillaError("TASK_CONFIG", `its image is made for another kind of processor: ${messageIn(answer)}`);
    if (/could not select device driver|nvidia-container-cli/.test(answer.body))
      throw new FlotillaError("TASK_CONFIG", `its engine cannot give it a GPU: ${messageIn(answer)}${toolkit}`);
    if (cannotRun.test(answer.body))
      throw new FlotillaError("TASK_CONFIG", `its container cannot run ${program}: ${messageIn(answer)}`);
    if (neverStarts.test(answer.body))
      throw new FlotillaError("TASK_CONFIG", `Docker cannot start its container: ${messageIn(answer)}`);
    throw refused(answer);
  }

  log(attempt: AttemptId): LogSource {
    return containerLog(this.#api, attempt);
  }

  /** Resolves when it does not run (any more), or is not there. */
  async untilEnded(attempt: AttemptId): Promise<void> {
    await this.#api.await("POST", `/containers/${containerName(attempt)}/wait`, this.#closing);
  }

  /** One that does not run, or is not there, needs none. */
  async signal(attempt: AttemptId, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const answer = await this.#api.ask("POST", `/containers/${containerName(attempt)}/kill?signal=${signal}`);
    if (![204, 404, 409].includes(answer.status)) throw refused(answer);
  }

  /** What the supervisor itself said, for where it did not come to more. */
  async lastWords(attempt: AttemptId): Promise<string> {
    const answer = await this.#api.ask("GET", `/containers/${containerName(attempt)}/logs?stdout=1&stderr=1&tail=5`);
    // oxlint-disable-next-line no-control-regex -- each piece is headed by eight bytes, the first of which names its stream
    return answer.status === 200 ? answer.body.replaceAll(/[\u0000-\u0002]\u0000{3}[^]{4}/g, "").trim() : "";
  }

  /** With all that belongs to it. One that is not there is no fault; one of somebody else's is left alone. */
  async remove(attempt: AttemptId): Promise<void> {
    const container = await this.find(attempt);
    if (container?.attempt !== attempt) return;
    const answer = await this.#api.ask("DELETE", `/containers/${container.id}?force=1&v=1`);
    if (![204, 404, 409].includes(answer.status)) throw refused(answer);
  }

  /** The attempts of a project that have a container, and whether it is at work or has yet to begin. */
  async list(project: string): Promise<ReadonlyMap<AttemptId, boolean>> {
    const filters = encodeURIComponent(JSON.stringify({ label: [`${projectLabel}=${project}`] }));
    const answer = accepted(await this.#api.ask("GET", `/containers/json?all=1&filters=${filters}`), 200);
    const found = JSON.parse(answer.body) as { Labels: Record<string, string>; State: string }[];
    return new Map(
      found.map(({ Labels, State }) => [Labels[attemptLabel] as AttemptId, State === "created" || isAtWork(State)]),
    );
  }

  async #pull(image: string): Promise<void> {
    if (image.startsWith("sha256:"))
      throw new FlotillaError(
        "TASK_CONFIG",
        `the image ${image} was built in this engine, and is gone from it; restart the step that builds it`,
      );
    const address = `/images/create?fromImage=${encodeURIComponent(tagged(image))}`;
    const registry = registryOf(image);
    const login = await this.#logins(registry);
    const answer = await this.#api.await("POST", address, this.#closing, authHeader(registry, login));
    const last = answer.body.trim().split("\n").at(-1) ?? "";
    const failed = answer.status !== 200 ? messageIn(answer) : /"error":"([^"]*)"/.exec(last)?.[1];
    if (failed === undefined) return;
    const isHopeless = isHopelessPull(failed);
    const hint = isHopeless && isNoEntry(failed) ? `; log in as somebody who may: ${loginHint(registry)}` : "";
    const message = `the image ${image} is not there and cannot be pulled: ${failed}${hint}`;
    throw new FlotillaError(isHopeless ? "TASK_CONFIG" : "DOCKER_REFUSED", message);
  }

  /** What ran under a name: by the digest that its registry knows it by, or by its id where it never was in one. */
  async pinnedImage(id: string, name: string): Promise<string> {
    if (name === id) return id;
    const isOfName = (digest: string): boolean => repositoryOf(digest) === repositoryOf(name);
    const known = this.#digests.get(id)?.find(isOfName);
    if (known !== undefined) return known;
    const digests = await this.#digestsOf(id);
    this.#digests.set(id, digests);
    return digests.find(isOfName) ?? digests[0] ?? id;
  }

  async #digestsOf(id: string): Promise<readonly string[]> {
    const answer = await this.#api.ask("GET", `/images/${id}/json`);
    if (answer.status !== 200) return [];
    return (JSON.parse(answer.body) as { RepoDigests: readonly string[] | null }).RepoDigests ?? [];
  }
}

/** What is said of a program that an image does not have, or that this machine does not execute. */
const cannotRun =
  /executable file not found|no such file or directory|permission denied|exec format error|argument list too long|is a directory|unable to find user/i;

/** Without a tag Docker would pull all of them. */
function tagged(image: string): string {
  return /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
}

/** What has not happened happened in the year 1. */
function timeOf(text: string): number | undefined {
  const at = Date.parse(text);
  return at > 0 ? at : undefined;
}

function isAtWork(status: string): boolean {
  return status === "running" || status === "paused" || status === "restarting";
}

function accepted(answer: EngineAnswer, status: number): EngineAnswer {
  if (answer.status !== status) throw refused(answer);
  return answer;
}

function refused(answer: EngineAnswer): FlotillaError {
  return new FlotillaError("DOCKER_REFUSED", `Docker answered ${answer.status}: ${messageIn(answer)}`);
}
