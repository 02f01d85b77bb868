import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { FlotillaError } from "../../core/errors.ts";
import type { AttemptId } from "../../core/ids.ts";
import { attemptFolder } from "../local/attempt-folder.ts";
import type { AttemptSpec, CancelOptions, LogLine, Platform, Report } from "../platform.ts";
import { readPlace, removePlace, writePlace } from "./attempt-place.ts";
import { DockerHost, type HostSize } from "./docker-host.ts";
import { DockerPlatform, type DockerPlatformOptions } from "./docker-platform.ts";
import { chooseHost, demandOf, noRoom } from "./host-choice.ts";

export interface DockerHostsOptions extends Omit<
  DockerPlatformOptions,
  "host" | "cpus" | "memoryBytes" | "gpus" | "onBegin"
> {
  /** Their addresses, and what each has to promise. */
  readonly hosts: readonly ({ readonly host: string } & HostSize)[];
}

/**
 * Attempts spread over the Docker engines of several machines. Each attempt belongs to one of them, which stands in its folder before
 * anything is made there; it is let go of only as long as its start was not asked for. A machine that is away delays
 * its own attempts, and gets no new ones.
 */
export class DockerHosts implements Platform {
  readonly name: string;
  readonly #options: DockerHostsOptions;
  /** In the order of the profile; later those that it has no more, and that have attempts still. */
  readonly #hosts = new Map<string, DockerHost>();
  readonly #starting = new Map<AttemptId, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #againMs: number;
  #report: (report: Report) => void = () => undefined;

  constructor(options: DockerHostsOptions) {
    this.name = options.name ?? "docker";
    this.#options = options;
    this.#againMs = options.lookEveryMs ?? 1000;
    for (const { host, ...size } of options.hosts) this.#open(host, size);
  }

  /** One whose size is not known yet is not counted. */
  capacity(): Readonly<Record<string, number>> {
    const { hosts, slots } = this.#options;
    const sum = (sizes: readonly (number | undefined)[]): number | undefined =>
      sizes.every((size) => size === undefined)
        ? undefined
        : sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
    const cpus = sum(hosts.map((host) => host.cpus));
    const memoryBytes = sum(hosts.map((host) => host.memoryBytes));
    const gpus = sum(hosts.map((host) => host.gpus));
    return {
      ...(slots === undefined ? {} : { slots }),
      ...(cpus === undefined ? {} : { cpu: Math.round(cpus * 1000) }),
      ...(memoryBytes === undefined ? {} : { memory: memoryBytes }),
      ...(gpus === undefined ? {} : { gpu: gpus }),
    };
  }

  onReport(listener: (report: Report) => void): void {
    this.#report = listener;
  }

  /** Waits for room, and for the host of one that may run there. */
  start(spec: AttemptSpec): Promise<void> {
    const starting =
      this.#starting.get(spec.id) ?? this.#start(spec).finally(() => void this.#starting.delete(spec.id));
    this.#starting.set(spec.id, starting);
    return starting;
  }

  /** Those of hosts that answer are found whatever becomes of the others, for which the call is repeated. */
  async adopt(specs: readonly AttemptSpec[]): Promise<void> {
    const byHost = new Map<DockerHost, AttemptSpec[]>([...this.#hosts.values()].map((host) => [host, []]));
    for (const spec of specs) {
      const host = await this.#hostOf(spec.id);
      host.promise(spec);
      byHost.set(host, [...(byHost.get(host) ?? []), spec]);
    }
    const adopting = [...byHost].map(async ([host, own]) => {
      const adopted = host.platform.adopt(own);
      await (own.length === 0 ? adopted.catch(() => undefined) : adopted);
    });
    const failed = (await Promise.allSettled(adopting)).find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  async cancel(id: AttemptId, options: CancelOptions): Promise<void> {
    const host = await this.#hostOf(id);
    await host.platform.cancel(id, options);
  }

  async *logs(
    id: AttemptId,
    options?: { readonly fromByte?: number; readonly tailLines?: number },
  ): AsyncGenerator<LogLine> {
    const host = await this.#hostOf(id);
    yield* host.platform.logs(id, options);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#report = () => undefined;
    await Promise.all([...this.#hosts.values()].map((host) => host.close()));
  }

  async #start(spec: AttemptSpec): Promise<void> {
    const folder = attemptFolder(this.#options.directory, spec.id);
    const left = new Set<DockerHost>();
    for (;;) {
      const known = readPlace(folder);
      const host = known === undefined ? await this.#place(spec) : this.#open(known.host);
      host.promise(spec);
      try {
        await host.platform.start(spec);
        break;
      } catch (thrown) {
        if (!isAway(thrown) || this.#closing.signal.aborted) {
          host.release(spec.id);
          throw thrown;
        }
        host.isAway(thrown);
        if (readPlace(folder)?.mayRun === true) this.#tellWaiting(spec.id, `its host is away: ${host.trouble}`);
        else {
          removePlace(folder);
          host.release(spec.id);
          left.add(host);
        }
      }
      await this.#pause();
    }
    // Of what was made there without being started nothing may stay behind.
    left.delete(this.#open(readPlace(folder)!.host));
    for (const host of left) host.platform.removeContainer(spec.id);
  }

  /** A host with room for it, once there is one. */
  async #place(spec: AttemptSpec): Promise<DockerHost> {
    const folder = attemptFolder(this.#options.directory, spec.id);
    const demand = demandOf(spec.resources);
    for (let told = ""; ;) {
      const there = withImage(spec.image, await this.#there(), this.#first);
      const chosen = existsSync(folder.claim) ? this.#any(there) : chooseHost(there, demand);
      if (chosen !== undefined) {
        // Before anybody else may choose.
        chosen.promise(spec);
        writePlace(folder, { host: chosen.address, mayRun: false });
        return chosen;
      }
      const waitsFor =
        there.length > 0 ? noRoom(there, demand) : `none of its hosts answers: ${this.#any(there).trouble}`;
      if (waitsFor !== told) this.#tellWaiting(spec.id, (told = waitsFor));
      await this.#pause();
    }
  }

  #tellWaiting(attempt: AttemptId, waitsFor: string): void {
    this.#report({ type: "submitted", attempt, handle: { waitsFor } });
  }

  /** Of an attempt that has none any will do: there is nothing of it anywhere. */
  async #hostOf(id: AttemptId): Promise<DockerHost> {
    const place = readPlace(attemptFolder(this.#options.directory, id));
    return place === undefined ? this.#any(await this.#there()) : this.#open(place.host);
  }

  #any(there: readonly DockerHost[]): DockerHost {
    return there[0] ?? this.#first;
  }

  get #first(): DockerHost {
    return this.#hosts.values().next().value!;
  }

  /** Those of the profile that answer. */
  async #there(): Promise<DockerHost[]> {
    const hosts = this.#options.hosts.map(({ host }) => this.#hosts.get(host)!);
    const answers = await Promise.all(hosts.map((host) => host.isThere()));
    return hosts.filter((_, index) => answers[index]);
  }

  #open(address: string, size: HostSize = {}): DockerHost {
    const known = this.#hosts.get(address);
    if (known !== undefined) return known;
    const { hosts: _hosts, slots: _slots, ...options } = this.#options;
    const platform = new DockerPlatform({
      ...options,
      name: this.name,
      host: address,
      onBegin: (id) => writePlace(attemptFolder(options.directory, id), { host: address, mayRun: true }),
    });
    const host = new DockerHost(address, { platform, size, lookEveryMs: this.#againMs });
    platform.onReport((report) => {
      if (report.type === "ended") host.release(report.attempt);
      this.#report(report);
    });
    this.#hosts.set(address, host);
    return host;
  }

  async #pause(): Promise<void> {
    await pause(this.#againMs, undefined, { signal: this.#closing.signal, ref: false });
  }
}

/** An image that was built and is in no registry is known to the engine that built it, which is the first one. */
function withImage(image: string | undefined, there: readonly DockerHost[], first: DockerHost): readonly DockerHost[] {
  return image?.startsWith("sha256:") === true ? there.filter((host) => host === first) : there;
}

/** Also where somebody has to mend something first. */
function isAway(thrown: unknown): boolean {
  return thrown instanceof FlotillaError && (thrown.code === "DOCKER_UNREACHABLE" || thrown.code === "DOCKER_ACCESS");
}
