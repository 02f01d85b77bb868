import { diskError } from "../../../artifacts/disk-errors.ts";
import { FlotillaError, toFlotillaError } from "../../../core/errors.ts";
import type { AttemptId } from "../../../core/ids.ts";
import type { ResourceWork } from "../../../core/resource-work.ts";
import { BackgroundWork } from "../../background-work.ts";
import type { Outcome } from "../../local/inspect-attempt.ts";
import type { AttemptSpec, CancelOptions, Report } from "../../platform.ts";
import type { Accounts } from "../accounts.ts";
import type { KubeClient } from "../kube-client.ts";
import type { Pod } from "../pod.ts";
import { finalizer } from "../pod-names.ts";
import { noteWaiting, outOfPatience } from "../pod-attempt.ts";
import type { Waiting } from "../pod-waiting.ts";
import { type EndContext, endResource } from "./end-resource.ts";
import type { ResourceKind } from "./find-kind.ts";
import { podLabels } from "./make-resource.ts";
import {
  beganAt,
  makeResourceAttempt,
  readNote,
  type ResourceAttempt,
  resourceHandle,
  waitingOf,
} from "./resource-attempt.ts";
import { readResource } from "./resource-calls.ts";
import { endedOutcome, resourceOutcome } from "./resource-evidence.ts";
import { ResourceLogs } from "./resource-logs.ts";
import { resourceAttemptOf, resourceName, type ResourceObject } from "./resource-object.ts";
import { ResourceMaker } from "./resource-maker.ts";
import { ResourcePods } from "./resource-pods.ts";
import { ResourceWatches, type WatchTimes } from "./resource-watches.ts";

export interface ResourceAttemptsOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** The project's `.flotilla` folder. */
  readonly directory: string;
  readonly accounts: Accounts;
  /** The kinds that steps may make: `batch/v1/Job`. */
  readonly kinds: readonly string[];
  readonly report: (report: Report) => void;
  readonly startWithinMs: number;
  readonly hopelessMs: number;
  readonly createAgainMs: number;
  readonly lookEveryMs: number;
  readonly watch?: WatchTimes;
}

const drainMs = 5000;
const heldMs = 10_000;

/**
 * Attempts that are objects of the cluster, of whatever kind. As with pods, nothing of them rests in this process: the object
 * carries its attempt's name and a finalizer, and whoever has the project's folder finds it again. Each kind has a watch of
 * its own, begun with its first attempt.
 */
export class ResourceAttempts {
  readonly #options: ResourceAttemptsOptions;
  readonly #live = new Map<AttemptId, ResourceAttempt>();
  readonly #maker: ResourceMaker;
  readonly #watches: ResourceWatches;
  readonly #pods: ResourcePods;
  readonly #ending: EndContext;
  readonly #background = new BackgroundWork();
  readonly #looking: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: ResourceAttemptsOptions) {
    this.#options = options;
    const { client, namespace, watch } = options;
    this.#watches = new ResourceWatches(client, {
      times: watch,
      onSeen: (kind, object) => this.#see(kind, object),
      onGone: (object) => this.#miss(object),
      onListed: (kind) => this.#background.add(this.#compare(kind)),
      onTrouble: (why) => this.#tellTrouble(why),
    });
    const listed = (kind: ResourceKind): Promise<void> => this.#watches.of(kind).listed();
    this.#maker = new ResourceMaker({ ...options, watch: listed });
    this.#ending = {
      client,
      drainMs,
      heldMs,
      lookAgainMs: options.lookEveryMs,
      isClosed: () => this.#isClosed,
      account: (attempt) => this.#account(attempt),
      tell: (attempt) => this.#tell(attempt),
    };
    this.#pods = new ResourcePods(client, {
      ...watch,
      namespace,
      onSeen: (pod) => this.#live.forEach((attempt) => this.#seePod(attempt, pod)),
      onTrouble: (why) => this.#tellTrouble(`its pods cannot be seen: ${why}`),
    });
    this.#looking = setInterval(() => this.#lookAtAll(), options.lookEveryMs).unref();
  }

  /** It is one of these, by what this process or an earlier one knows of it. */
  has(id: AttemptId): boolean {
    return this.#live.has(id) || readNote(this.#options.directory, id) !== undefined;
  }

  /** The attempts whose objects are there, of the kinds that were looked at so far. */
  list(): readonly AttemptId[] {
    return this.#watches.all().flatMap((object) => resourceAttemptOf(object) ?? []);
  }

  async start(spec: AttemptSpec): Promise<void> {
    if (this.#isKnown(spec.id) || (await this.#takeEnded(spec.id, spec))) return;
    await this.#create(this.#take(spec.id, spec));
  }

  async adopt(spec: AttemptSpec): Promise<void> {
    if (this.#isKnown(spec.id) || (await this.#takeEnded(spec.id, spec))) return;
    const note = readNote(this.#options.directory, spec.id);
    const object = note && (await readResource(this.#options.client, note.kind, resourceName(spec.id)));
    if (note !== undefined) await this.#watches.of(note.kind).listed();
    if (this.#live.has(spec.id)) return;
    const attempt = this.#take(spec.id, spec);
    attempt.kind = note?.kind;
    if (object === undefined) this.#endWithoutObject(attempt, "its engine ended before it was made");
    else this.#takeObject(attempt, object);
  }

  async cancel(id: AttemptId, options: CancelOptions): Promise<void> {
    const live = this.#live.get(id);
    if (live !== undefined) return this.#cancelLive(live, options);
    if (await this.#takeEnded(id, undefined)) return;
    const { kind, keep } = readNote(this.#options.directory, id)!;
    const object = await readResource(this.#options.client, kind, resourceName(id));
    const meanwhile = this.#live.get(id);
    if (meanwhile !== undefined) return this.#cancelLive(meanwhile, options);
    if (object !== undefined && options.why === "withdraw") return;
    const attempt = this.#take(id, undefined);
    Object.assign(attempt, { kind, keep, object: object && resourceAttemptOf(object) === id ? object : undefined });
    if (attempt.object === undefined) this.#endWithoutObject(attempt, "it was cancelled before it was made");
    else this.#cancelObject(attempt, options);
  }

  /** Begins nothing more; resolves when what is under way is done. To be called before the client is closed. */
  async settle(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#looking);
    for (const attempt of this.#live.values()) attempt.wake();
    await Promise.all([...this.#live.values()].flatMap(({ logs }) => logs?.close() ?? []));
    await this.#background.settled();
  }

  async close(): Promise<void> {
    await Promise.all([this.settle(), this.#watches.close(), this.#pods.close()]);
    this.#live.clear();
  }

  #isKnown(id: AttemptId): boolean {
    const live = this.#live.get(id);
    if (live === undefined) return false;
    if (live.isTold) this.#tell(live);
    else if (live.runningReport !== undefined) this.#options.report(live.runningReport);
    return true;
  }

  #take(id: AttemptId, spec: AttemptSpec | undefined): ResourceAttempt {
    const attempt = makeResourceAttempt(id, spec, performance.now());
    if (spec !== undefined) attempt.keep = workOf(spec).keep;
    this.#live.set(id, attempt);
    return attempt;
  }

  /** One whose end an earlier process wrote down; what it did not come to is done now. */
  async #takeEnded(id: AttemptId, spec: AttemptSpec | undefined): Promise<boolean> {
    const { accounts, client, directory } = this.#options;
    const outcome = accounts.outcomeOf(id);
    if (outcome === undefined) return false;
    const note = readNote(directory, id);
    const object = note && (await readResource(client, note.kind, resourceName(id)));
    if (this.#live.has(id)) return true;
    const attempt = this.#take(id, spec);
    Object.assign(attempt, { ...note, object: object && resourceAttemptOf(object) === id ? object : undefined });
    if (attempt.object !== undefined) {
      if (spec !== undefined) attempt.labels = podLabels(spec, workOf(spec));
      this.#openLog(attempt);
    }
    this.#end(attempt, outcome, { isOver: outcome.evidence.completed || outcome.evidence.error !== undefined });
    return true;
  }

  /** Asks for the attempt's object; where there is no answer or no room, it is done again later. */
  async #create(attempt: ResourceAttempt): Promise<void> {
    const { spec, cancelled } = attempt;
    attempt.createAgainAt = undefined;
    if (cancelled !== undefined) return this.#endWithoutObject(attempt, "it was cancelled before it was made");
    try {
      attempt.labels = podLabels(spec!, workOf(spec!));
      const asked = await this.#maker.ask(spec!, workOf(spec!));
      if (asked.type === "waits") return this.#createLater(attempt, asked.waiting);
      attempt.kind = asked.kind;
      this.#takeObject(attempt, asked.object);
    } catch (thrown) {
      if (!this.#isClosed && attempt.state === "creating") this.#fail(attempt, thrown);
    }
  }

  #fail(attempt: ResourceAttempt, thrown: unknown): void {
    const { code, message } = toFlotillaError(diskError(thrown, this.#options.directory));
    if (code === "CLUSTER_UNREACHABLE" || code === "DISK_FULL")
      this.#createLater(attempt, { hopeless: false, why: message });
    else if (code.startsWith("CLUSTER_")) this.#createLater(attempt, { hopeless: true, why: message });
    else this.#endWith(attempt, code === "INTERNAL" ? { fault: message } : { config: { code, message } });
  }

  #createLater(attempt: ResourceAttempt, waiting: Waiting): void {
    this.#tellWaiting(attempt, waiting);
    attempt.createAgainAt = performance.now() + this.#options.createAgainMs * (0.5 + Math.random());
  }

  /** An object under the attempt's name: ours, or somebody else's, which is left alone. */
  #takeObject(attempt: ResourceAttempt, object: ResourceObject): void {
    if (attempt.state === "ending") return;
    const { id, spec, kind } = attempt;
    if (resourceAttemptOf(object) !== id) {
      const message = `a ${kind!.name} called ${object.metadata.name} is in the namespace already, and is not ours; it was left alone`;
      return this.#endWith(attempt, { config: { code: "TASK_CONFIG", message } });
    }
    this.#options.accounts.noteBegun(id, Date.now());
    Object.assign(attempt, { state: "waiting", waiting: undefined, hopelessSince: undefined, object });
    this.#options.report({ type: "submitted", attempt: id, handle: resourceHandle(attempt, this.#options.namespace) });
    attempt.labels ??= podLabels(spec!, workOf(spec!));
    this.#openLog(attempt);
    if (attempt.labels === undefined) this.#becomeRunning(attempt, Date.now());
    this.#look(attempt, this.#watches.of(kind!).get(object.metadata.name) ?? object);
    if (attempt.cancelled !== undefined) this.#cancelObject(attempt, attempt.cancelled);
  }

  #openLog(attempt: ResourceAttempt): void {
    const { client, namespace, directory } = this.#options;
    attempt.logs = new ResourceLogs({ client, namespace, directory, attempt: attempt.id });
    if (attempt.labels === undefined) return;
    this.#pods.begin();
    for (const pod of this.#pods.all()) this.#seePod(attempt, pod);
  }

  #see(kind: ResourceKind, object: ResourceObject): void {
    const id = resourceAttemptOf(object);
    if (id === undefined || this.#isClosed) return;
    const attempt = this.#live.get(id);
    if (attempt !== undefined) return this.#look(attempt, object);
    const outcome = this.#options.accounts.outcomeOf(id);
    if (outcome === undefined || isLeftToCluster(object)) return;
    // An earlier process accounted for it and did not come to letting it go.
    const leftOver = this.#take(id, undefined);
    const keep = readNote(this.#options.directory, id)?.keep ?? "never";
    Object.assign(leftOver, { kind, keep, object });
    this.#end(leftOver, outcome, { isOver: false });
  }

  #miss(object: ResourceObject): void {
    const id = resourceAttemptOf(object);
    const attempt = id === undefined || this.#isClosed ? undefined : this.#live.get(id);
    if (attempt === undefined || attempt.object?.metadata.uid !== object.metadata.uid) return;
    attempt.wake();
    if (attempt.state === "ending") return;
    attempt.object = undefined;
    this.#end(attempt, this.#disrupted(object, "it was deleted by somebody, by force"), { isOver: false });
  }

  /** Of an object that came and went between two looks no watch tells. */
  async #compare({ name }: ResourceKind): Promise<void> {
    for (const { kind, object, state, id } of [...this.#live.values()]) {
      if (kind?.name !== name || object === undefined || state === "ending") continue;
      if (this.#watches.of(kind).get(object.metadata.name) !== undefined) continue;
      const there = await readResource(this.#options.client, kind, resourceName(id));
      if (there?.metadata.uid !== object.metadata.uid) this.#miss(object);
    }
  }

  #look(attempt: ResourceAttempt, object: ResourceObject): void {
    if (attempt.state === "creating" || attempt.spec === undefined) return attempt.wake();
    attempt.object = object;
    if (attempt.state === "ending") return attempt.wake();
    const { spec } = attempt;
    const context = { outputs: spec.outputs, host: this.#options.namespace, now: Date.now() };
    const outcome = resourceOutcome(object, workOf(spec), context);
    if (outcome !== undefined) this.#end(attempt, outcome, { isOver: true });
    else if (object.metadata.deletionTimestamp !== undefined)
      this.#end(attempt, this.#disrupted(object, "it was deleted by somebody"), { isOver: false });
  }

  #disrupted(object: ResourceObject | undefined, why: string): Outcome {
    return endedOutcome(object, { why, host: this.#options.namespace });
  }

  #seePod(attempt: ResourceAttempt, pod: Pod): void {
    const { labels, logs, object, state } = attempt;
    if (labels === undefined || object === undefined) return;
    if (Object.entries(labels).some(([name, value]) => pod.metadata.labels?.[name] !== value)) return;
    logs?.see(pod);
    if (state !== "waiting") return;
    const at = beganAt(pod);
    if (at !== undefined) return this.#becomeRunning(attempt, at);
    const waiting = waitingOf(pod);
    if (waiting !== undefined) this.#tellWaiting(attempt, waiting);
  }

  #becomeRunning(attempt: ResourceAttempt, at: number): void {
    attempt.state = "running";
    const handle = resourceHandle(attempt, this.#options.namespace);
    attempt.runningReport = { type: "running", attempt: attempt.id, at, handle };
    this.#options.report(attempt.runningReport);
  }

  #tellWaiting(attempt: ResourceAttempt, waiting: Waiting): void {
    if (!noteWaiting(attempt, waiting, performance.now())) return;
    const handle = resourceHandle(attempt, this.#options.namespace);
    this.#options.report({ type: "submitted", attempt: attempt.id, handle });
  }

  #tellTrouble(why: string): void {
    for (const attempt of this.#live.values())
      if (attempt.state === "waiting") this.#tellWaiting(attempt, { hopeless: false, why });
  }

  #cancelLive(attempt: ResourceAttempt, options: CancelOptions): void {
    if (attempt.state === "ending" || attempt.cancelled !== undefined) return;
    // From its creation on its controller may begin at any moment.
    if (options.why === "withdraw" && attempt.object !== undefined) return;
    attempt.cancelled = options;
    if (attempt.object !== undefined) this.#cancelObject(attempt, options);
    // One that is being asked for just now is ended when there is an answer.
    else if (attempt.createAgainAt !== undefined)
      this.#endWithoutObject(attempt, "it was cancelled before it was made");
  }

  #cancelObject(attempt: ResourceAttempt, { why }: CancelOptions): void {
    if (attempt.state === "ending") return;
    attempt.cancelled ??= { why, graceMs: 0 };
    const { namespace } = this.#options;
    if (why === "withdraw") this.#endWith(attempt, { neverStarted: "it was withdrawn before it began" });
    else
      this.#end(attempt, endedOutcome(attempt.object, { why: "", host: namespace, endedByUs: why }), { isOver: false });
  }

  #endWithoutObject(attempt: ResourceAttempt, why: string): void {
    const { cancelled } = attempt;
    const ours = cancelled === undefined || cancelled.why === "withdraw" ? {} : { endedByUs: cancelled.why };
    const hasBegun = this.#options.accounts.hasBegun(attempt.id);
    if (hasBegun && cancelled === undefined)
      return this.#end(attempt, this.#disrupted(undefined, "it was deleted by somebody"), { isOver: false });
    this.#endWith(attempt, { ...(hasBegun ? {} : { neverStarted: why }), ...ours });
  }

  #endWith(attempt: ResourceAttempt, evidence: Partial<Outcome["evidence"]>): void {
    this.#end(attempt, { evidence: { completed: false, ...evidence }, outputs: {} }, { isOver: false });
  }

  #end(attempt: ResourceAttempt, outcome: Outcome, { isOver }: { readonly isOver: boolean }): void {
    Object.assign(attempt, { state: "ending", outcome });
    this.#background.add(this.#finish(attempt, isOver));
  }

  async #finish(attempt: ResourceAttempt, isOver: boolean): Promise<void> {
    // The watch may be behind: of a pod that came and went quickly there may be no word yet.
    if (isOver && attempt.labels !== undefined)
      for (const pod of await this.#pods.with(attempt.labels, drainMs)) attempt.logs?.see(pod);
    await endResource(attempt, { isOver }, this.#ending);
    if (!this.#isClosed) this.#live.delete(attempt.id);
  }

  /** False where the disk has no room for it. */
  #account({ id, outcome }: ResourceAttempt): boolean {
    try {
      this.#options.accounts.close(id, outcome!);
      return true;
    } catch {
      return false;
    }
  }

  #tell(attempt: ResourceAttempt): void {
    const outcome = attempt.outcome!;
    attempt.isTold = true;
    const at = outcome.evidence.endedAt ?? Date.now();
    this.#options.report({ type: "ended", attempt: attempt.id, at, ...outcome });
  }

  #lookAtAll(): void {
    const now = performance.now();
    for (const attempt of this.#live.values()) {
      const isDue = attempt.createAgainAt !== undefined && now >= attempt.createAgainAt;
      if (isDue && attempt.state === "creating") this.#background.add(this.#create(attempt));
      else this.#limitWaiting(attempt, now);
    }
  }

  /** What has not begun in time is taken away. */
  #limitWaiting(attempt: ResourceAttempt, now: number): void {
    // One that is being asked for just now is judged when there is an answer.
    if (attempt.state === "creating" && attempt.createAgainAt === undefined) return;
    const verdict = outOfPatience(attempt, now, this.#options);
    if (verdict !== undefined) this.#endWith(attempt, verdict);
  }
}

function workOf({ work, step }: AttemptSpec): ResourceWork {
  if (work.type === "kubernetesResource") return work;
  throw new FlotillaError("INTERNAL", `the ${work.type} step ${step} came to the resources of a cluster`);
}

/** It is being deleted, and we do not hold it. */
function isLeftToCluster({ metadata: { deletionTimestamp, finalizers = [] } }: ResourceObject): boolean {
  return deletionTimestamp !== undefined && !finalizers.includes(finalizer);
}
