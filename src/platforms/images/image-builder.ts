import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Digest } from "../../core/ids.ts";
import type { ImageRecipe } from "../../core/plan.ts";
import { type EngineApi, type EngineStream, messageIn } from "../docker/engine-api.ts";
import { isHopelessPull } from "../image-pull.ts";
import { tarOf } from "../task-api/tar.ts";
import { type BuildContext, contextOf } from "./build-context.ts";
import { BuildTrouble } from "./build-trouble.ts";
import { type EngineMessage, logTextOf, readMessages } from "./engine-messages.ts";
import { registryOf, repositoryOf } from "./image-name.ts";
import { inTurn } from "./in-turn.ts";
import { lookInRegistry } from "./look-in-registry.ts";
import { authHeader, configHeader, loginHint, type Logins } from "./registry-login.ts";

/** On every image that is made here, with its name: `docker image prune --all --filter label=dev.flotilla.image`. */
export const imageLabel = "dev.flotilla.image";
const unnamed = "flotilla";

export interface ImageBuilderOptions {
  readonly engine: EngineApi;
  readonly artifacts: ArtifactStore;
  readonly logins: Logins;
  /** `registry.example/team`; without one an image stays in its engine. */
  readonly registry?: string;
  /** Of the containers that packages are installed in; the engine's usual one if absent. */
  readonly network?: string;
}

/** What is wanted, and who is told and may break it off. */
export interface ImageOrder {
  readonly recipe: ImageRecipe;
  readonly code: Digest;
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes images through a Docker engine, each content once: it is named by that, and looked for in the registry and in the engine
 * before anything is built.
 */
export class ImageBuilder {
  readonly #options: ImageBuilderOptions;

  constructor(options: ImageBuilderOptions) {
    this.#options = options;
  }

  get host(): string {
    return this.#options.engine.host;
  }

  /**
   * The image by its digest in the registry, or without one by its id in the engine.
   * Rejects with `TASK_CONFIG` for what nobody but a person mends, `IMAGE_FAILED` where a command of the build failed,
   * `DOCKER_UNREACHABLE` and `DOCKER_REFUSED` for what may pass: a registry that is away.
   */
  async make(order: ImageOrder): Promise<string> {
    const { artifacts, registry = "localhost" } = this.#options;
    const context = await contextOf(order.recipe, await artifacts.readTree(order.code), async ({ digest }) =>
      text(await artifacts.get(digest)),
    );
    // An engine builds for machines like its own.
    const tag = `${context.hash}-${await this.#architecture()}`;
    const reference = `${registry}/${order.recipe.name ?? unnamed}:${tag}`;
    return inTurn(`${this.host} ${reference}`, () => this.#makeOnce(reference, order, context));
  }

  async #makeOnce(reference: string, order: ImageOrder, context: BuildContext): Promise<string> {
    order.signal.throwIfAborted();
    const kept = await this.#digestInRegistry(reference, order);
    if (kept !== undefined) {
      order.log(`${reference} is in the registry already: nothing is built\n`);
      return kept;
    }
    if ((await this.#idInEngine(reference)) !== undefined)
      order.log(`${reference} is in the Docker engine already: nothing is built\n`);
    else await this.#build(reference, order, context);
    const made = this.#options.registry === undefined ? undefined : await this.#push(reference, order);
    const pinned = made ?? (await this.#idInEngine(reference));
    if (pinned === undefined) throw new FlotillaError("DOCKER_REFUSED", `the image ${reference} is gone again`);
    order.log(`${pinned}\n`);
    return pinned;
  }

  async #architecture(): Promise<string> {
    const answer = await this.#options.engine.ask("GET", "/version");
    if (answer.status !== 200) throw refused(messageIn(answer));
    return (JSON.parse(answer.body) as { Arch: string }).Arch;
  }

  async #idInEngine(reference: string): Promise<string | undefined> {
    const answer = await this.#options.engine.ask("GET", `/images/${reference}/json`);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw refused(messageIn(answer));
    return (JSON.parse(answer.body) as { Id: string }).Id;
  }

  /** Undefined where it is not there, or where the registry does not tell so before there is something. */
  async #digestInRegistry(reference: string, { signal, log }: ImageOrder): Promise<string | undefined> {
    const { registry, engine, logins } = this.#options;
    if (registry === undefined) return undefined;
    const look = await lookInRegistry(engine, reference, { logins, signal });
    if (look.type === "there") return `${repositoryOf(reference)}@${look.digest}`;
    if (look.type === "absent") return undefined;
    if (!look.hasLogin) throw noEntry(reference, registryOf(reference), look.message);
    // Some say so of every repository that is not there yet; whether we may make one, the push shows.
    log(`whether ${reference} is in the registry already is not to be known: ${look.message}\n`);
    return undefined;
  }

  async #build(reference: string, { recipe, log, signal }: ImageOrder, context: BuildContext): Promise<void> {
    const { engine, logins, network, artifacts } = this.#options;
    log(`building ${reference} with the Docker engine at ${engine.host}\n`);
    const query = new URLSearchParams({
      t: reference,
      labels: JSON.stringify({ [imageLabel]: recipe.name ?? unnamed }),
      forcerm: "1",
      ...(network === undefined ? {} : { networkmode: network }),
    });
    const registry = registryOf(recipe.from);
    const answer = await engine.exchange("POST", `/build?${query.toString()}`, {
      headers: { "content-type": "application/x-tar", ...configHeader(registry, await logins(registry)) },
      content: archiveOf(context, artifacts),
      signal,
    });
    const trouble = new BuildTrouble(recipe.from);
    if (answer.status !== 200) throw trouble.of(await messageOf(answer));
    await this.#follow(answer, (message) => {
      const said = logTextOf(message);
      log(said);
      trouble.hear(said);
      if (message.error !== undefined) throw trouble.of(message.error);
    });
  }

  async #follow({ content }: EngineStream, hear: (message: EngineMessage) => void): Promise<void> {
    try {
      for await (const message of readMessages(content)) hear(message);
    } catch (thrown) {
      if (thrown instanceof FlotillaError) throw thrown;
      throw refused(`what the Docker engine at ${this.host} told broke off: ${String(thrown)}`);
    }
  }

  async #push(reference: string, { log, signal }: ImageOrder): Promise<string> {
    const registry = registryOf(reference);
    const [repository, tag] = [repositoryOf(reference), reference.slice(reference.lastIndexOf(":") + 1)];
    log(`pushing ${reference}\n`);
    const answer = await this.#options.engine.exchange("POST", `/images/${repository}/push?tag=${tag}`, {
      headers: authHeader(registry, await this.#options.logins(registry)),
      signal,
    });
    let failed = answer.status === 200 ? undefined : await messageOf(answer);
    let digest: string | undefined;
    if (failed === undefined)
      await this.#follow(answer, (message) => {
        log(logTextOf(message));
        failed ??= message.error;
        digest ??= message.aux?.Digest;
      });
    if (digest !== undefined && failed === undefined) return `${repository}@${digest}`;
    failed ??= "its answer broke off";
    if (isHopelessPull(failed)) throw noEntry(reference, registry, failed);
    throw refused(`the image ${reference} cannot be pushed: ${failed}`);
  }
}

function archiveOf({ dockerfile, files }: BuildContext, artifacts: ArtifactStore): AsyncIterable<Uint8Array> {
  const content = Buffer.from(dockerfile);
  return tarOf([
    { path: "Dockerfile", bytes: content.length, read: () => Promise.resolve(content) },
    ...files.map((file) => ({ ...file, read: (): Promise<Readable> => artifacts.get(file.digest) })),
  ]);
}

async function messageOf({ status, content }: EngineStream): Promise<string> {
  return messageIn({ status, body: await text(content) });
}

function noEntry(reference: string, registry: string, message: string): FlotillaError {
  return new FlotillaError(
    "TASK_CONFIG",
    `the registry does not let us keep ${repositoryOf(reference)}: ${message}; log in as somebody who may: ${loginHint(registry)}`,
  );
}

function refused(message: string): FlotillaError {
  return new FlotillaError("DOCKER_REFUSED", message);
}
