import { setTimeout as delay } from "node:timers/promises";
import type { AttemptId } from "../../core/ids.ts";
import { BackgroundWork } from "../background-work.ts";
import { doneByImage } from "../image-work.ts";
import type { AttemptSpec, CancelOptions, LogLine, Platform, Report } from "../platform.ts";
import { Accounts } from "./accounts.ts";
import type { KubeClient } from "./kube-client.ts";
import { packOf } from "./packs/pack-pod.ts";
import { Packs } from "./packs/packs.ts";
import type { Pod } from "./pod.ts";
import { PodAttempts } from "./pod-attempts.ts";
import { attemptOf, managedBy } from "./pod-names.ts";
import type { Placement } from "./pod-spec.ts";
import type { PodTasks } from "./pod-tasks.ts";
import { ResourceAttempts } from "./resource/resource-attempts.ts";
import { PodWatch, type PodWatchOptions } from "./watch-pods.ts";

export interface KubernetesPlatformOptions extends Omit<Placement, "namespace" | "graceMs"> {
  readonly name?: string;
  /** It is closed with the platform. */
  readonly client: KubeClient;
  /** Let go of what it was given, beside the client. */
  readonly whenClosed?: () => Promise<void>;
  readonly namespace?: string;
  /** The project's `.flotilla` folder: what is accounted for stands there. */
  readonly directory: string;
  readonly taskApi: PodTasks;
  /** For steps that name none. */
  readonly image?: string;
  /** Has Python 3.9 or newer; stands beside the image of a container step. `image` if absent. */
  readonly helperImage?: string;
  /** The kinds of resources that steps may make, as in `batch/v1/Job`; none if absent. */
  readonly resources?: readonly string[];
  /** So many pods at once. */
  readonly slots?: number;
  /** How long a task has after SIGTERM when somebody else ends its pod. */
  readonly graceMs?: number;
  /** So long an attempt may wait to begin, whatever for. Its running time is not limited here. */
  readonly startWithinMs?: number;
  /** One that runs and is not heard of for so long is ended; never if absent. */
  readonly idleMs?: number;
  /** What nobody but a person mends (an image that does not exist) may last so long. */
  readonly hopelessMs?: number;
  /** One whose pod runs and does not speak to us is told to wait for that after so long: a small node needs some time to start an interpreter. */
  readonly unheardMs?: number;
  /** A pod that was not taken, for its quota or an outage, is asked for again so often. */
  readonly createAgainMs?: number;
  readonly watch?: Partial<Pick<PodWatchOptions, "idleMs" | "reconcileMs" | "firstWaitMs">>;
  readonly lookEveryMs?: number;
  /** The events of a pod that a node has and that does not begin are asked for so often. */
  readonly askWhyEveryMs?: number;
}

/** What is under way when we are closed may take so long; what is not done then, the next process does. */
const closeWithinMs = 3000;

const defaults = {
  name: "kubernetes",
  graceMs: 30_000,
  startWithinMs: 24 * 3_600_000,
  hopelessMs: 45_000,
  unheardMs: 10_000,
  lookEveryMs: 1000,
  createAgainMs: 10_000,
  askWhyEveryMs: 10_000,
};
/**
 * Attempts in one namespace of a cluster. Each goes one of three ways: it has a pod of its own, shares one with others of its step, or
 * is an object that somebody else in the cluster makes something of.
 */
export class KubernetesPlatform implements Platform {
  readonly name: string;
  readonly #options: KubernetesPlatformOptions & typeof defaults;
  readonly #client: KubeClient;
  readonly #accounts: Accounts;
  readonly #watch: PodWatch;
  readonly #pods: PodAttempts;
  /** Undefined where tasks cannot share pods. */
  readonly #packs: Packs | undefined;
  readonly #resources: ResourceAttempts;
  readonly #background = new BackgroundWork();
  readonly #looking: NodeJS.Timeout;
  #report: (report: Report) => void = () => undefined;
  #closed = false;

  constructor(options: KubernetesPlatformOptions) {
    this.#options = { ...defaults, ...options };
    this.name = this.#options.name;
    this.#client = options.client;
    const namespace = options.namespace ?? options.client.access.namespace;
    this.#accounts = new Accounts(options.directory);
    const shared = {
      ...this.#options,
      placement: { ...this.#options, namespace },
      accounts: this.#accounts,
      background: this.#background,
      report: (report: Report): void => this.#report(report),
    };
    this.#pods = new PodAttempts({ ...shared, seen: (name) => this.#watch.pod(name) });
    const { packing } = options.taskApi;
    this.#packs = packing && new Packs({ ...shared, packing });
    this.#watch = new PodWatch(this.#client, {
      ...options.watch,
      namespace,
      labelSelector: `${managedBy.name}=${managedBy.value}`,
      onSeen: (pod) => this.#see(pod),
      onGone: (pod) => this.#miss(pod),
      onListed: () => this.#background.add(this.#compare()),
      onTrouble: (why) => this.#pods.tellTrouble(why),
    });
    this.#resources = new ResourceAttempts({ ...shared, namespace, kinds: this.#options.resources ?? [] });
    options.taskApi.onReport((report) => {
      if (this.#packs?.takeReport(report) !== true) this.#pods.takeReport(report);
    });
    this.#looking = setInterval(() => this.#lookAtAll(), this.#options.lookEveryMs).unref();
  }

  capacity(): Readonly<Record<string, number>> {
    return this.#options.slots === undefined ? {} : { slots: this.#options.slots };
  }

  onReport(listener: (report: Report) => void): void {
    this.#report = listener;
  }

  async start(spec: AttemptSpec): Promise<void> {
    if (isResource(spec)) return this.#resources.start(spec);
    if (this.#isKnown(spec.id)) return;
    this.#watch.begin();
    await (this.#isPacked(spec) ? this.#packs! : this.#pods).start(spec);
  }

  async adopt(specs: readonly AttemptSpec[]): Promise<void> {
    await Promise.all(specs.filter(isResource).map((spec) => this.#resources.adopt(spec)));
    const unknown = specs.filter((spec) => !isResource(spec) && !this.#isKnown(spec.id));
    if (unknown.length === 0) return;
    await this.#watch.listed();
    for (const spec of unknown) await (this.#isPacked(spec) ? this.#packs! : this.#pods).adopt(spec);
  }

  async cancel(id: AttemptId, options: CancelOptions): Promise<void> {
    if (this.#resources.has(id)) return this.#resources.cancel(id, options);
    if (this.#packs?.has(id) === true) return this.#packs.cancel(id, options);
    if (this.#pods.has(id) || !this.#isAccounted(id)) await this.#pods.cancel(id, options);
  }

  logs(id: AttemptId, options?: { readonly fromByte?: number; readonly tailLines?: number }): AsyncIterable<LogLine> {
    return this.#options.taskApi.logs(id, options);
  }

  /** The attempts whose pods, or objects of kinds that were used so far, are in the namespace, whoever began them. */
  async list(): Promise<readonly AttemptId[]> {
    await this.#watch.listed();
    return [...this.#watch.pods().flatMap((pod) => attemptOf(pod) ?? []), ...this.#resources.list()];
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#report = () => undefined;
    clearInterval(this.#looking);
    this.#pods.close();
    const settled = Promise.all([this.#background.settled(), this.#resources.settle()]);
    await Promise.race([settled, delay(closeWithinMs, undefined, { ref: false })]);
    this.#client.close();
    await Promise.all([this.#resources.close(), this.#watch.close(), this.#background.settled()]);
    await this.#options.whenClosed?.();
  }

  /** An image that is its own environment has nothing to do for that. */
  #isPacked(spec: AttemptSpec): boolean {
    return (
      spec.pack !== undefined &&
      spec.work.type !== "container" &&
      this.#packs !== undefined &&
      doneByImage(spec, "") === undefined
    );
  }

  /** What is known is reported again; true if that is anything. */
  #isKnown(id: AttemptId): boolean {
    return this.#pods.isKnown(id) || this.#packs?.isKnown(id) === true || this.#isAccounted(id);
  }

  /** It has ended, in an earlier process too: that is reported again. */
  #isAccounted(id: AttemptId): boolean {
    const outcome = this.#accounts.outcomeOf(id);
    if (outcome === undefined) return false;
    this.#report({ type: "ended", attempt: id, at: outcome.evidence.endedAt ?? Date.now(), ...outcome });
    return true;
  }

  #see(pod: Pod): void {
    if (this.#closed) return;
    if (packOf(pod) === undefined) this.#pods.see(pod);
    else this.#packs?.see(pod);
  }

  #miss(pod: Pod): void {
    if (this.#closed) return;
    if (packOf(pod) === undefined) this.#pods.miss(pod);
    else this.#packs?.miss(pod);
  }

  async #compare(): Promise<void> {
    await this.#packs?.compare((name) => this.#watch.pod(name) !== undefined);
    await this.#pods.compare();
  }

  #lookAtAll(): void {
    const now = performance.now();
    this.#packs?.lookAtAll(now);
    this.#pods.lookAtAll(now);
  }
}

function isResource({ work }: AttemptSpec): boolean {
  return work.type === "kubernetesResource";
}
