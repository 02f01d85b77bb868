import { setTimeout as pause } from "node:timers/promises";
import { toFlotillaError } from "../../core/errors.ts";
import type { AttemptId } from "../../core/ids.ts";
import type { AttemptSpec } from "../platform.ts";
import type { DockerPlatform } from "./docker-platform.ts";
import { type Demand, demandOf, type HostLoad, sumOf } from "./host-choice.ts";

/** What a host is said to have; what is not said is asked of its engine. */
export interface HostSize {
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
  /** Cards, which no engine tells of. */
  readonly gpus?: number | undefined;
}

/** One of several engines: what is promised of it, and whether it answers. */
export class DockerHost implements HostLoad {
  readonly address: string;
  readonly platform: DockerPlatform;
  readonly #promised = new Map<AttemptId, Demand>();
  readonly #lookEveryMs: number;
  readonly #stopping = new AbortController();
  readonly #firstLook: Promise<void>;
  #size: HostSize;
  #isThere = false;
  #trouble = "";

  constructor(
    address: string,
    { platform, size, lookEveryMs }: { platform: DockerPlatform; size: HostSize; lookEveryMs: number },
  ) {
    this.address = address;
    this.platform = platform;
    this.#size = size;
    this.#lookEveryMs = lookEveryMs;
    this.#firstLook = this.#look();
    void this.#keepLooking();
  }

  get cpus(): number | undefined {
    return this.#size.cpus;
  }

  get memoryBytes(): number | undefined {
    return this.#size.memoryBytes;
  }

  get gpus(): number | undefined {
    return this.#size.gpus;
  }

  get attempts(): number {
    return this.#promised.size;
  }

  get promised(): Demand {
    return sumOf(this.#promised.values());
  }

  /** As it was at the last look; the first one is waited for. */
  async isThere(): Promise<boolean> {
    await this.#firstLook;
    return this.#isThere;
  }

  /** Why it does not answer. */
  get trouble(): string {
    return this.#trouble;
  }

  /** A call has failed: until it answers a look again, it is avoided. */
  isAway(thrown: unknown): void {
    this.#isThere = false;
    this.#trouble = toFlotillaError(thrown).message;
  }

  promise({ id, resources }: AttemptSpec): void {
    this.#promised.set(id, demandOf(resources));
  }

  release(id: AttemptId): void {
    this.#promised.delete(id);
  }

  close(): Promise<void> {
    this.#stopping.abort();
    return this.platform.close();
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await pause(this.#lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.#look();
    }
  }

  async #look(): Promise<void> {
    try {
      const { cpus, memoryBytes } = await this.platform.lookAtEngine();
      this.#size = {
        cpus: this.#size.cpus ?? cpus,
        memoryBytes: this.#size.memoryBytes ?? memoryBytes,
        gpus: this.#size.gpus,
      };
      this.#isThere = true;
    } catch (thrown) {
      this.isAway(thrown);
    }
  }
}
