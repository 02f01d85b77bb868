import { randomBytes } from "node:crypto";
import { FlotillaError } from "../../../core/errors.ts";
import type { Evidence } from "../../../core/evidence.ts";
import type { AttemptId } from "../../../core/ids.ts";
import type { Outputs } from "../../../core/output-value.ts";
import { imageOf, inImage } from "../../image-work.ts";
import type { BackgroundWork } from "../../background-work.ts";
import type { AttemptSpec, CancelOptions, Report } from "../../platform.ts";
import type { Packing } from "../../task-api/packing.ts";
import type { Accounts } from "../accounts.ts";
import type { KubeClient } from "../kube-client.ts";
import type { Pod } from "../pod.ts";
import { fellSilent } from "../pod-attempt.ts";
import { createPod, deletePod, readPod, releasePod } from "../pod-calls.ts";
import { goneEvidence, isOver, placeOf, podEvidence, podStartedAt } from "../pod-evidence.ts";
import { isBeingMade, makingTrouble } from "../pod-events.ts";
import { checkPodOptions, type Placement } from "../pod-spec.ts";
import type { PodTasks } from "../pod-tasks.ts";
import { creationWaiting, podWaiting, type Waiting } from "../pod-waiting.ts";
import { makePackPod, packName, packOf } from "./pack-pod.ts";
import { makePackPodState, type PackedAttempt, type PackPod, podsFor } from "./packed-attempt.ts";

export interface PacksOptions {
  /** Of the platform. */
  readonly name: string;
  readonly image?: string;
  readonly slots?: number;
  readonly client: KubeClient;
  readonly placement: Placement;
  readonly accounts: Accounts;
  readonly taskApi: PodTasks;
  readonly packing: Packing;
  readonly background: BackgroundWork;
  readonly report: (report: Report) => void;
  readonly startWithinMs: number;
  readonly hopelessMs: number;
  readonly unheardMs: number;
  readonly createAgainMs: number;
  readonly idleMs?: number;
  readonly askWhyEveryMs: number;
}

/** One that was asked to end, and whose runner does not answer for so long after its grace, loses its pod. */
const silentMs = 30_000;

/**
 * Attempts of a step that share pods: a pod carries out one after the other. Each is begun, told of and ended as if it had a
 * pod of its own; what it shares is the wait for a pod, and, while it runs, that pod's fate.
 */
export class Packs {
  readonly #options: PacksOptions;
  readonly #live = new Map<AttemptId, PackedAttempt>();
  readonly #pods = new Map<string, PackPod>();
  /** An attempt of each kind that is under way: what its pods are made for. */
  readonly #samples = new Map<string, AttemptSpec>();
  /** Told, and not yet forgotten by the task API: their runners may still ask whether it was heard. */
  readonly #told = new Set<AttemptId>();

  constructor(options: PacksOptions) {
    this.#options = options;
  }

  has(id: AttemptId): boolean {
    return this.#live.has(id);
  }

  /** What is known is reported again; true if that is anything. */
  isKnown(id: AttemptId): boolean {
    const live = this.#live.get(id);
    if (live?.runningReport !== undefined) this.#options.report(live.runningReport);
    return live !== undefined;
  }

  async start(spec: AttemptSpec): Promise<void> {
    const attempt = this.#take(spec);
    try {
      imageOf(spec, this.#options);
      checkPodOptions(spec, this.#options.placement);
      await this.#options.taskApi.admit(inImage(spec));
    } catch (thrown) {
      if (!this.#live.has(spec.id)) return;
      if (!(thrown instanceof FlotillaError)) {
        this.#live.delete(spec.id);
        throw thrown;
      }
      return this.#end(attempt, { completed: false, config: { code: thrown.code, message: thrown.message } });
    }
    await this.#enter(attempt);
  }

  async adopt(spec: AttemptSpec): Promise<void> {
    const attempt = this.#take(spec);
    await this.#options.taskApi.readmit(inImage(spec));
    if (!this.#live.has(spec.id)) return;
    if (this.#options.packing.wasAdmitted(spec.id)) return this.#enter(attempt);
    this.#end(attempt, { completed: false, neverStarted: "its engine ended before it began" });
  }

  cancel(id: AttemptId, options: CancelOptions): void {
    const attempt = this.#live.get(id);
    if (attempt === undefined || attempt.cancelled !== undefined) return;
    if (this.#options.packing.desk.remove(attempt.kind, id)) return this.#end(attempt, unbegun(options));
    const isHanded = this.#options.packing.handedTo(id) !== undefined;
    if (options.why === "withdraw" && isHanded) return;
    attempt.cancelled = options;
    // One that is just being let in is ended when it is.
    if (!isHanded) return;
    attempt.takeAwayAt = performance.now() + options.graceMs + silentMs;
    this.#options.taskApi.cancel(id, options);
  }

  /** True if the report is of one of these. */
  takeReport(report: Report): boolean {
    const attempt = this.#live.get(report.attempt);
    if (attempt === undefined) return false;
    if (report.type === "progress") this.#options.report(report);
    else if (report.type === "running") this.#becomeRunning(attempt, report.at);
    else if (report.type === "ended") this.#end(attempt, report.evidence, report.outputs);
    return true;
  }

  /** Of a pod that is the pod of a pack. */
  see(pod: Pod): void {
    const pack = packOf(pod)!;
    const { name } = pod.metadata;
    if (isOver(pod) && !this.#pods.has(name)) return this.#letGo(pod);
    const known = this.#pods.get(name) ?? this.#know(name, pack.kind);
    known.pod = pod;
    this.#options.packing.desk.open(name, pack.kind, pack.limits);
    if (isOver(pod)) return this.#over(known, pod);
    if (podStartedAt(pod) !== undefined) known.runsSince ??= performance.now();
    const waiting = known.runsSince === undefined ? podWaiting(pod) : undefined;
    if (waiting !== undefined) this.#noteWaiting(known, waiting);
  }

  miss(pod: Pod): void {
    const known = this.#pods.get(pod.metadata.name);
    if (known !== undefined) this.#close(known, () => goneEvidence(known.pod, {}));
  }

  /** Of a pod that came and went between two looks no watch tells. */
  async compare(isSeen: (name: string) => boolean): Promise<void> {
    for (const { pod, name } of [...this.#pods.values()]) {
      if (pod === undefined || isSeen(name)) continue;
      const there = await readPod(this.#options.client, this.#options.placement.namespace, name);
      if (there?.metadata.uid !== pod.metadata.uid) this.miss(pod);
    }
  }

  lookAtAll(now: number): void {
    const { startWithinMs, hopelessMs, taskApi, background } = this.#options;
    for (const id of this.#told) background.add(taskApi.revoke(id));
    this.#told.clear();
    for (const pod of [...this.#pods.values()]) {
      if (pod.createAgainAt !== undefined && now >= pod.createAgainAt) background.add(this.#create(pod));
      this.#lookForWord(pod, now);
      this.#askWhy(pod, now);
      if (pod.hopelessSince !== undefined && now - pod.hopelessSince >= hopelessMs) this.#giveUp(pod);
    }
    for (const attempt of [...this.#live.values()]) {
      this.#lookForSilence(attempt, now);
      if (attempt.takeAwayAt !== undefined && now >= attempt.takeAwayAt) this.#takeAway(attempt);
      if (now - attempt.since >= startWithinMs && this.#options.packing.desk.remove(attempt.kind, attempt.id))
        this.#end(attempt, { completed: false, noRoom: attempt.waiting?.why ?? "it did not begin in time" });
    }
  }

  #take(spec: AttemptSpec): PackedAttempt {
    const kind = this.#options.packing.kindOf(JSON.stringify(alike(this.#options.name, spec)));
    const attempt: PackedAttempt = {
      id: spec.id,
      spec,
      kind,
      since: performance.now(),
      waiting: undefined,
      silence: undefined,
      cancelled: undefined,
      takeAwayAt: undefined,
      runningReport: undefined,
    };
    this.#live.set(spec.id, attempt);
    this.#samples.set(kind, spec);
    return attempt;
  }

  /** To the pack that has it already, or to those that wait for one. */
  async #enter(attempt: PackedAttempt): Promise<void> {
    const { packing, client, placement } = this.#options;
    const handed = packing.handedTo(attempt.id);
    if (handed === undefined && attempt.cancelled !== undefined) return this.#end(attempt, unbegun(attempt.cancelled));
    if (handed === undefined) {
      packing.desk.add(attempt.kind, attempt.id);
      return this.#staff(attempt.kind);
    }
    const pod = await readPod(client, placement.namespace, handed.pack);
    if (!this.#live.has(attempt.id)) return;
    if (pod === undefined || packOf(pod) === undefined) return this.#end(attempt, this.#lostWith(attempt, undefined));
    packing.desk.open(handed.pack, attempt.kind, attempt.spec.pack!);
    packing.desk.wasHanded(attempt.id, handed.pack, handed.number);
    this.#know(handed.pack, attempt.kind);
    this.see(pod);
  }

  /** As many pods as the attempts at hand are worth. */
  #staff(kind: string): void {
    const { desk } = this.#options.packing;
    const sample = this.#samples.get(kind);
    const waiting = desk.waiting(kind).length;
    if (sample === undefined || waiting === 0) return;
    const { slots } = this.#options;
    const wanted = podsFor(waiting + desk.atWork(kind), { slots, upTo: sample.pack!.upTo });
    for (let count = desk.takers(kind); count < wanted; count++) {
      const pod = this.#know(packName(kind, randomBytes(4).toString("hex")), kind);
      desk.open(pod.name, kind, sample.pack!);
      this.#options.background.add(this.#create(pod));
    }
  }

  #know(name: string, kind: string): PackPod {
    const pod = this.#pods.get(name) ?? makePackPodState(name, kind);
    this.#pods.set(name, pod);
    return pod;
  }

  async #create(state: PackPod): Promise<void> {
    state.createAgainAt = undefined;
    const { client, placement, packing } = this.#options;
    const sample = this.#samples.get(state.kind)!;
    try {
      const image = imageOf(sample, this.#options);
      const made = makePackPod({ ...state, sample }, { image, ...packing.commandOf(state.name) }, placement);
      const created = await createPod(client, placement.namespace, made);
      if (created.type !== "refused") return this.see(created.pod);
      this.#createLater(state, creationWaiting(created.answer));
    } catch (thrown) {
      if (!(thrown instanceof FlotillaError)) throw thrown;
      this.#createLater(state, { hopeless: thrown.code !== "CLUSTER_UNREACHABLE", why: thrown.message });
    }
  }

  #createLater(state: PackPod, waiting: Waiting): void {
    if (!this.#pods.has(state.name)) return;
    this.#noteWaiting(state, waiting);
    state.createAgainAt = performance.now() + this.#options.createAgainMs * (0.5 + Math.random());
  }

  /** What a pod waits for, all wait for that it was to serve. */
  #noteWaiting(state: PackPod, waiting: Waiting): void {
    if (waiting.hopeless) state.hopelessSince ??= performance.now();
    else state.hopelessSince = undefined;
    if (state.waiting?.why === waiting.why) return;
    state.waiting = waiting;
    for (const id of this.#options.packing.desk.waiting(state.kind)) {
      const attempt = this.#live.get(id);
      if (attempt === undefined || attempt.waiting?.why === waiting.why) continue;
      attempt.waiting = waiting;
      const handle = { namespace: this.#options.placement.namespace, waitsFor: waiting.why };
      this.#options.report({ type: "submitted", attempt: id, handle });
    }
  }

  #lookForWord(state: PackPod, now: number): void {
    const { unheardMs, taskApi, packing } = this.#options;
    if (state.runsSince === undefined || now - state.runsSince < unheardMs || packing.desk.hasAsked(state.name)) return;
    const why = `its pod runs, and has not reached the engine at ${taskApi.address ?? ""} so far`;
    this.#noteWaiting(state, { hopeless: false, why });
    packing.desk.doubt(state.name);
    this.#staff(state.kind);
  }

  /** Of what a node cannot mount only events tell. */
  #askWhy(state: PackPod, now: number): void {
    const { pod } = state;
    if (pod === undefined || state.runsSince !== undefined || !isBeingMade(pod)) return;
    state.eventsAt ??= now + this.#options.askWhyEveryMs;
    if (now < state.eventsAt) return;
    state.eventsAt = now + this.#options.askWhyEveryMs;
    const telling = makingTrouble(this.#options.client, pod).then((waiting) => {
      if (waiting !== undefined && state.runsSince === undefined) this.#noteWaiting(state, waiting);
    });
    this.#options.background.add(telling);
  }

  #lookForSilence(attempt: PackedAttempt, now: number): void {
    const { taskApi, idleMs } = this.#options;
    const { id, since, runningReport } = attempt;
    const state = runningReport === undefined ? "waiting" : "running";
    attempt.silence ??= fellSilent({ state, podRunsSince: since }, now, { heardAt: taskApi.heardAt(id), idleMs });
    if (attempt.silence !== undefined) attempt.takeAwayAt ??= now;
  }

  #becomeRunning(attempt: PackedAttempt, at: number): void {
    const { placement, packing, accounts, report } = this.#options;
    const pack = packing.handedTo(attempt.id)?.pack ?? "";
    const node = this.#pods.get(pack)?.pod?.spec?.nodeName;
    const handle = { namespace: placement.namespace, pod: pack, ...(node === undefined ? {} : { node }) };
    accounts.noteBegun(attempt.id, at);
    attempt.runningReport = { type: "running", attempt: attempt.id, at, handle };
    report(attempt.runningReport);
  }

  #over(state: PackPod, pod: Pod): void {
    this.#close(state, (silence) => podEvidence(pod, silence === undefined ? {} : { silence }));
    this.#letGo(pod);
  }

  /** Its open attempts share its fate; where it never came to ask for any, those do that it was to serve. */
  #close(state: PackPod, evidence: (silence?: string) => Evidence): void {
    const { desk } = this.#options.packing;
    const cameToWork = desk.hasAsked(state.name);
    this.#pods.delete(state.name);
    for (const id of desk.close(state.name)) {
      const attempt = this.#live.get(id);
      if (attempt !== undefined) this.#end(attempt, this.#lostWith(attempt, evidence(attempt.silence)));
    }
    if (!cameToWork) this.#endWaiting(state.kind, evidence());
    this.#staff(state.kind);
  }

  #endWaiting(kind: string, evidence: Evidence): void {
    const { desk } = this.#options.packing;
    for (const id of desk.waiting(kind).slice(0, this.#samples.get(kind)?.pack?.upTo ?? 1)) {
      const attempt = this.#live.get(id);
      if (desk.remove(kind, id) && attempt !== undefined) this.#end(attempt, evidence);
    }
  }

  /** Nobody mends in time what its pod waits for. */
  #giveUp(state: PackPod): void {
    const message = state.waiting?.why ?? "its pod cannot begin";
    this.#endWaiting(state.kind, { completed: false, config: { code: "TASK_CONFIG", message } });
    if (state.pod !== undefined) return this.#delete(state, 1);
    this.#options.packing.desk.close(state.name);
    this.#pods.delete(state.name);
    this.#staff(state.kind);
  }

  #takeAway({ id }: PackedAttempt): void {
    const state = this.#pods.get(this.#options.packing.handedTo(id)?.pack ?? "");
    if (state !== undefined) this.#delete(state, 1);
  }

  #delete(state: PackPod, graceSeconds: number): void {
    if (state.pod === undefined || state.isBeingDeleted) return;
    state.isBeingDeleted = true;
    const deleting = deletePod(this.#options.client, state.pod, graceSeconds);
    this.#options.background.add(deleting.catch(() => (state.isBeingDeleted = false)));
  }

  /** Of an attempt whose pod is no more. */
  #lostWith({ id, cancelled }: PackedAttempt, evidence: Evidence | undefined): Evidence {
    if (!this.#options.accounts.hasBegun(id))
      return { completed: false, neverStarted: "its pod ended before it began" };
    const ended = cancelled === undefined || cancelled.why === "withdraw" ? {} : { endedByUs: cancelled.why };
    return { ...(evidence ?? goneEvidence(undefined, {})), completed: false, ...ended };
  }

  /** First it is written down, then told. */
  #end(attempt: PackedAttempt, evidence: Evidence, outputs: Outputs = {}): void {
    const { accounts, packing, report } = this.#options;
    const { pod } = this.#pods.get(packing.handedTo(attempt.id)?.pack ?? "") ?? {};
    const outcome = { evidence: { ...evidence, ...(pod === undefined ? {} : placeOf(pod)) }, outputs };
    // On a full disk it is missing; what the runner handed in stands in the attempt's folder all the same.
    try {
      accounts.close(attempt.id, outcome);
    } catch {}
    this.#live.delete(attempt.id);
    this.#told.add(attempt.id);
    report({ type: "ended", attempt: attempt.id, at: evidence.endedAt ?? Date.now(), ...outcome });
    packing.desk.finished(attempt.id);
    this.#staff(attempt.kind);
  }

  #letGo(pod: Pod): void {
    this.#options.background.add(releasePod(this.#options.client, pod));
  }
}

/** What attempts must have in common to share a pod. */
function alike(
  platform: string,
  { pipeline, step, image, resources, code, pack, work, kubernetes, secrets }: AttemptSpec,
): unknown {
  const environment = work.type === "python" ? work.environment : undefined;
  return { platform, pipeline, step, image, resources, code, pack, type: work.type, environment, kubernetes, secrets };
}

function unbegun({ why }: CancelOptions): Evidence {
  if (why === "withdraw") return { completed: false, neverStarted: "it was withdrawn before it began" };
  return { completed: false, neverStarted: "it was cancelled before it began", endedByUs: why };
}
