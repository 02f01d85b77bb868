import { FlotillaError } from "../../core/errors.ts";
import type { Evidence } from "../../core/evidence.ts";
import type { AttemptId } from "../../core/ids.ts";
import { defined } from "../../core/defined.ts";
import type { BackgroundWork } from "../background-work.ts";
import { containerCommand } from "../container-work.ts";
import type { Outcome } from "../local/inspect-attempt.ts";
import { doneByImage, imageOf, inImage } from "../image-work.ts";
import type { AttemptSpec, CancelOptions, Report } from "../platform.ts";
import type { Accounts } from "./accounts.ts";
import { CarriedAttempts } from "./carried-attempts.ts";
import { fetchStatus, isCarried, makeCarriedPod } from "./carried-pod.ts";
import type { KubeClient } from "./kube-client.ts";
import type { Pod } from "./pod.ts";
import {
  endContext,
  fellSilent,
  handleOf,
  makePodAttempt,
  mayBeWithdrawn,
  noteWaiting,
  outOfPatience,
  type PodAttempt,
  unheard,
} from "./pod-attempt.ts";
import { createPod, deletePod, readPod, releasePod } from "./pod-calls.ts";
import { isBeingMade, makingTrouble } from "./pod-events.ts";
import { goneEvidence, isOver, podEvidence, podStartedAt } from "./pod-evidence.ts";
import { attemptOf, podName } from "./pod-names.ts";
import { checkPodOptions, makePod, type Placement } from "./pod-spec.ts";
import type { PodTasks } from "./pod-tasks.ts";
import { creationWaiting, nodeAway, podWaiting, type Waiting } from "./pod-waiting.ts";

export interface PodAttemptsOptions {
  /** Of the platform. */
  readonly name: string;
  /** The project's `.flotilla` folder. */
  readonly directory: string;
  readonly client: KubeClient;
  readonly placement: Placement;
  readonly accounts: Accounts;
  readonly taskApi: PodTasks;
  readonly background: BackgroundWork;
  readonly report: (report: Report) => void;
  /** The pod of that name, as the watch has it. */
  readonly seen: (name: string) => Pod | undefined;
  readonly image?: string;
  readonly helperImage?: string;
  readonly graceMs: number;
  readonly startWithinMs: number;
  readonly hopelessMs: number;
  readonly unheardMs: number;
  readonly createAgainMs: number;
  readonly askWhyEveryMs: number;
  readonly idleMs?: number;
}

/**
 * Attempts that have a pod each. Nothing of it rests in this process: the pod carries its attempt's name, a finalizer keeps its end
 * readable, and whoever has the project's folder finds it again.
 */
export class PodAttempts {
  readonly #options: PodAttemptsOptions;
  readonly #client: KubeClient;
  readonly #placement: Placement;
  readonly #accounts: Accounts;
  readonly #background: BackgroundWork;
  readonly #report: (report: Report) => void;
  /** Those of container steps. */
  readonly #carried: CarriedAttempts;
  readonly #live = new Map<AttemptId, PodAttempt>();
  readonly #releasing = new Set<AttemptId>();
  /** Ends that were told and could not be written down so far. */
  readonly #unwritten = new Map<PodAttempt, Outcome>();
  #closed = false;

  constructor(options: PodAttemptsOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#placement = options.placement;
    this.#accounts = options.accounts;
    this.#background = options.background;
    this.#report = options.report;
    this.#carried = new CarriedAttempts(this.#client, options, this.#background);
  }

  /** What is known is reported again; true if that is anything. */
  isKnown(id: AttemptId): boolean {
    const live = this.#live.get(id);
    if (live?.runningReport !== undefined) this.#report(live.runningReport);
    return live !== undefined;
  }

  async start(spec: AttemptSpec): Promise<void> {
    await this.#create(this.#take(spec.id, spec));
  }

  async adopt(spec: AttemptSpec): Promise<void> {
    // The watch may be behind another engine that has just begun it.
    const pod = this.#options.seen(podName(spec.id)) ?? (await this.#read(spec.id));
    const attempt = this.#take(spec.id, spec);
    await this.#options.taskApi.readmit(inImage(spec));
    if (pod !== undefined) this.#takePod(attempt, pod);
    else if (attempt.state !== "ending") this.#endWithoutPod(attempt, "its engine ended before it began");
  }

  async cancel(id: AttemptId, options: CancelOptions): Promise<void> {
    const live = this.#live.get(id);
    if (live !== undefined) return this.#cancelLive(live, options);
    const pod = await this.#read(id);
    const attempt = this.#take(id, undefined);
    if (pod !== undefined) this.#takePod(attempt, pod);
    await this.#cancelLive(attempt, options);
  }

  takeReport(report: Report): void {
    const attempt = this.#live.get(report.attempt);
    if (attempt === undefined || attempt.state === "ending") return;
    if (report.type === "progress") return this.#report(report);
    if (report.type === "ended") attempt.handedIn = { evidence: report.evidence, outputs: report.outputs };
    else if (report.type === "running") {
      attempt.taskBegunAt = report.at;
      if (attempt.state === "waiting") this.#becomeRunning(attempt, report.at);
    }
  }

  /** Of a pod that is an attempt's own. */
  see(pod: Pod): void {
    const id = attemptOf(pod);
    if (id === undefined || this.#closed) return;
    const attempt = this.#live.get(id);
    if (attempt !== undefined) {
      if (attempt.state !== "ending" && attempt.state !== "creating") this.#look(attempt, pod);
    } else if (this.#accounts.outcomeOf(id) !== undefined && isOver(pod)) {
      // An earlier process accounted for it and did not come to letting it go.
      this.#release(id, pod);
    }
  }

  miss(pod: Pod): void {
    const id = attemptOf(pod);
    const attempt = id === undefined || this.#closed ? undefined : this.#live.get(id);
    if (attempt === undefined || attempt.state === "ending" || attempt.state === "creating") return;
    this.#end(attempt, { ...goneEvidence(attempt.pod, endContext(attempt)), ...attempt.verdict });
  }

  /** Of a pod that came and went between two looks no watch tells. */
  async compare(): Promise<void> {
    for (const attempt of [...this.#live.values()]) {
      const { pod, state } = attempt;
      if (pod === undefined || state === "ending" || this.#options.seen(pod.metadata.name) !== undefined) continue;
      const there = await this.#read(attempt.id);
      if (there?.metadata.uid !== pod.metadata.uid) this.miss(pod);
    }
  }

  /** The pods cannot be seen just now. */
  tellTrouble(why: string): void {
    const waiting = { hopeless: false, why: `the pods of the cluster cannot be seen: ${why}` };
    for (const attempt of this.#live.values())
      if (attempt.state === "waiting") this.#tellWaiting(attempt, noteWaiting(attempt, waiting, performance.now()));
  }

  lookAtAll(now: number): void {
    for (const [attempt, outcome] of this.#unwritten) {
      if (!this.#account(attempt, outcome)) break;
      this.#unwritten.delete(attempt);
      this.#letGo(attempt);
    }
    for (const attempt of this.#live.values()) {
      if (attempt.createAgainAt !== undefined && now >= attempt.createAgainAt && attempt.state === "creating") {
        this.#background.add(this.#create(attempt));
      }
      const { taskApi, unheardMs } = this.#options;
      const heardAt = taskApi.heardAt(attempt.id);
      const waiting = unheard(attempt, now, { address: taskApi.address, unheardMs, heardAt });
      if (waiting !== undefined) this.#tellWaiting(attempt, noteWaiting(attempt, waiting, now));
      this.#askWhy(attempt, now);
      this.#limitWaiting(attempt, now);
      const { idleMs } = this.#options;
      attempt.silence ??= fellSilent(attempt, now, { heardAt, idleMs });
      const { cancelled, verdict, silence } = attempt;
      if (cancelled !== undefined || verdict !== undefined || silence !== undefined) this.#delete(attempt);
    }
  }

  /** What is under way is left to another process. */
  close(): void {
    this.#closed = true;
    this.#carried.close();
  }

  #read(id: AttemptId): Promise<Pod | undefined> {
    return readPod(this.#client, this.#placement.namespace, podName(id));
  }

  #take(id: AttemptId, spec: AttemptSpec | undefined): PodAttempt {
    const attempt = makePodAttempt(id, spec, performance.now());
    this.#live.set(id, attempt);
    return attempt;
  }

  /** Asks for the attempt's pod; where there is no answer or no room, it is done again later. */
  async #create(attempt: PodAttempt): Promise<void> {
    attempt.createAgainAt = undefined;
    try {
      await this.#tryCreate(attempt);
    } catch (thrown) {
      if (this.#closed || attempt.state !== "creating") return;
      if (!(thrown instanceof FlotillaError)) {
        this.#live.delete(attempt.id);
        throw thrown;
      }
      const { code, mend } = thrown;
      const message = mend === undefined ? thrown.message : `${thrown.message}; ${mend}`;
      if (code === "CLUSTER_UNREACHABLE") this.#createLater(attempt, { hopeless: false, why: message });
      else if (code.startsWith("CLUSTER_")) this.#createLater(attempt, { hopeless: true, why: message });
      else this.#end(attempt, { completed: false, config: { code, message } });
    }
  }

  async #tryCreate(attempt: PodAttempt): Promise<void> {
    const { spec } = attempt;
    if (spec === undefined || attempt.state !== "creating") return;
    if (attempt.cancelled !== undefined) return this.#endWithoutPod(attempt, "it was cancelled before it began");
    const done = doneByImage(spec, this.#placement.namespace);
    if (done !== undefined) return this.#end(attempt, done);
    const image = imageOf(spec, { name: this.#options.name, image: this.#options.image });
    checkPodOptions(spec, this.#placement);
    const pod = await this.#podOf(spec, image);
    const created = await createPod(this.#client, this.#placement.namespace, pod);
    if (created.type !== "refused") return this.#takePod(attempt, created.pod);
    const waiting = creationWaiting(created.answer);
    if (waiting.hopeless) throw new FlotillaError("TASK_CONFIG", waiting.why);
    this.#createLater(attempt, waiting);
  }

  async #podOf(spec: AttemptSpec, image: string): Promise<Pod> {
    const { work } = spec;
    const own =
      work.type === "container"
        ? { image, container: containerCommand(spec, work), helperImage: helperOf(spec, this.#options) }
        : undefined;
    const { command, env } = await this.#options.taskApi.admit(inImage(spec));
    if (own === undefined) return makePod(spec, { image, ...defined({ command }), env }, this.#placement);
    return makeCarriedPod(spec, { ...own, command: command ?? [], env }, this.#placement);
  }

  #createLater(attempt: PodAttempt, waiting: Waiting): void {
    this.#tellWaiting(attempt, noteWaiting(attempt, waiting, performance.now()));
    attempt.createAgainAt = performance.now() + this.#options.createAgainMs * (0.5 + Math.random());
  }

  /** A pod under the attempt's name: ours, or somebody else's, which is left alone. */
  #takePod(attempt: PodAttempt, pod: Pod): void {
    if (attempt.state === "ending") return;
    if (attemptOf(pod) !== attempt.id) {
      const message = `a pod called ${pod.metadata.name} is in the namespace already, and is not ours; it was left alone`;
      return this.#end(attempt, { completed: false, config: { code: "TASK_CONFIG", message } });
    }
    if (attempt.state === "creating") {
      attempt.state = "waiting";
      attempt.waiting = undefined;
      attempt.pod = pod;
      this.#tellWaiting(attempt, true);
    }
    this.#look(attempt, this.#options.seen(pod.metadata.name) ?? pod);
    if (attempt.cancelled !== undefined) this.#delete(attempt);
  }

  #look(attempt: PodAttempt, pod: Pod): void {
    attempt.pod = pod;
    if (isCarried(pod)) this.#carried.see(attempt.id, pod);
    if (fetchStatus(pod)?.state?.running !== undefined) attempt.podRunsSince ??= performance.now();
    const startedAt = podStartedAt(pod);
    if (startedAt !== undefined && attempt.state === "waiting") this.#podRuns(attempt, startedAt);
    if (isOver(pod)) {
      if (!isCarried(pod)) return this.#endOver(attempt, pod);
      const logged = this.#carried.finish(attempt.id, pod);
      return this.#background.add(logged.then(() => this.#endOver(attempt, pod)));
    }
    if (attempt.state === "running") this.#lookAtNode(attempt, pod);
    const waiting = attempt.state === "waiting" ? podWaiting(pod) : undefined;
    if (waiting !== undefined) this.#tellWaiting(attempt, noteWaiting(attempt, waiting, performance.now()));
  }

  #lookAtNode(attempt: PodAttempt, pod: Pod): void {
    const away = nodeAway(pod);
    if ((away !== undefined) === attempt.nodeIsAway) return;
    attempt.nodeIsAway = away !== undefined;
    const message = away ?? "its node answers again";
    this.#report({ type: "progress", attempt: attempt.id, progress: { message } });
  }

  #endOver(attempt: PodAttempt, pod: Pod): void {
    if (attempt.state === "ending" || this.#closed) return;
    const verdict = podStartedAt(pod) === undefined ? attempt.verdict : undefined;
    this.#end(attempt, { ...podEvidence(pod, endContext(attempt)), ...verdict });
  }

  /** Its task has begun as well, unless a runner is to tell so and has not. */
  #podRuns(attempt: PodAttempt, at: number): void {
    attempt.podRunsSince ??= performance.now();
    this.#accounts.noteBegun(attempt.id, at);
    const { pod, handedIn } = attempt;
    const isOwn = pod !== undefined && isCarried(pod);
    const isTold = isOwn || this.#options.taskApi.address === undefined || handedIn !== undefined;
    const begunAt = attempt.taskBegunAt ?? (isTold ? at : undefined);
    if (begunAt !== undefined) this.#becomeRunning(attempt, begunAt);
  }

  #becomeRunning(attempt: PodAttempt, at: number): void {
    attempt.state = "running";
    this.#accounts.noteBegun(attempt.id, at);
    attempt.runningReport = {
      type: "running",
      attempt: attempt.id,
      at,
      handle: handleOf(attempt, this.#placement.namespace),
    };
    this.#report(attempt.runningReport);
  }

  #tellWaiting(attempt: PodAttempt, isNews: boolean): void {
    if (isNews)
      this.#report({ type: "submitted", attempt: attempt.id, handle: handleOf(attempt, this.#placement.namespace) });
  }

  async #cancelLive(attempt: PodAttempt, options: CancelOptions): Promise<void> {
    if (attempt.state === "ending" || attempt.cancelled !== undefined) return;
    if (options.why === "withdraw" && !mayBeWithdrawn(attempt)) return;
    attempt.cancelled = options;
    if (attempt.pod !== undefined) this.#delete(attempt);
    // One whose pod is being asked for just now is ended when there is an answer.
    else if (attempt.spec === undefined || attempt.createAgainAt !== undefined)
      this.#endWithoutPod(attempt, "it was cancelled before it began");
  }

  /** Asks for the end of an attempt's pod, unless that is done; where the call fails, the next look repeats it. */
  #delete(attempt: PodAttempt): void {
    const { pod, state, cancelled, silence } = attempt;
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || state === "ending") return;
    if (attempt.isBeingDeleted) return;
    attempt.isBeingDeleted = true;
    const graceMs = cancelled?.graceMs ?? (silence === undefined ? 0 : this.#options.graceMs);
    const deleting = deletePod(this.#client, pod, Math.max(1, Math.ceil(graceMs / 1000)));
    this.#background.add(
      deleting.catch(() => {
        attempt.isBeingDeleted = false;
      }),
    );
  }

  #endWithoutPod(attempt: PodAttempt, why: string): void {
    const context = endContext(attempt);
    const evidence: Evidence = this.#accounts.hasBegun(attempt.id)
      ? goneEvidence(undefined, context)
      : { completed: false, neverStarted: why, ...(context.endedByUs ? { endedByUs: context.endedByUs } : {}) };
    this.#end(attempt, evidence);
  }

  /** First it is written down, then told, and only then is the pod let go. */
  #end(attempt: PodAttempt, evidence: Evidence): void {
    attempt.state = "ending";
    const outcome: Outcome = { evidence, outputs: attempt.handedIn?.outputs ?? {} };
    const isWritten = this.#account(attempt, outcome);
    this.#report({ type: "ended", attempt: attempt.id, at: evidence.endedAt ?? Date.now(), ...outcome });
    this.#live.delete(attempt.id);
    this.#carried.letGo(attempt.id);
    this.#background.add(this.#options.taskApi.revoke(attempt.id));
    if (isWritten) this.#letGo(attempt);
    else this.#unwritten.set(attempt, outcome);
  }

  /** False where the disk has no room for it: then its pod stays, and keeps the end readable. */
  #account(attempt: PodAttempt, outcome: Outcome): boolean {
    try {
      this.#accounts.close(attempt.id, outcome);
      return true;
    } catch {
      return false;
    }
  }

  #letGo({ id, pod }: PodAttempt): void {
    if (pod !== undefined && attemptOf(pod) === id) this.#release(id, pod);
  }

  /** Letting go changes the pod, which is seen again: once is enough. */
  #release(id: AttemptId, pod: Pod): void {
    if (this.#releasing.has(id)) return;
    this.#releasing.add(id);
    this.#background.add(releasePod(this.#client, pod).finally(() => this.#releasing.delete(id)));
  }

  /** Of what a node cannot mount only events tell; most pods begin before anybody asks. */
  #askWhy(attempt: PodAttempt, now: number): void {
    const { pod, state } = attempt;
    if (state !== "waiting" || pod === undefined || !isBeingMade(pod)) return;
    attempt.eventsAt ??= now + this.#options.askWhyEveryMs;
    if (now < attempt.eventsAt) return;
    attempt.eventsAt = now + this.#options.askWhyEveryMs;
    const telling = makingTrouble(this.#client, pod).then((waiting) => {
      if (waiting !== undefined && attempt.state === "waiting" && attempt.pod !== undefined && isBeingMade(attempt.pod))
        this.#tellWaiting(attempt, noteWaiting(attempt, waiting, performance.now()));
    });
    this.#background.add(telling);
  }

  /** What has not begun in time is taken away; if it begins all the same, it counts as what it becomes. */
  #limitWaiting(attempt: PodAttempt, now: number): void {
    attempt.verdict ??= outOfPatience(attempt, now, this.#options);
    if (attempt.verdict === undefined || attempt.pod !== undefined) return;
    // One whose pod is being asked for just now is judged when there is an answer.
    if (attempt.createAgainAt === undefined) attempt.verdict = undefined;
    else this.#end(attempt, { completed: false, ...attempt.verdict });
  }
}

/** @throws FlotillaError `TASK_CONFIG` */
function helperOf(
  { step }: AttemptSpec,
  { name, helperImage, image }: { readonly name: string; readonly helperImage?: string; readonly image?: string },
): string {
  const chosen = helperImage ?? image;
  if (chosen !== undefined) return chosen;
  throw new FlotillaError(
    "TASK_CONFIG",
    `nothing could bring ${step} its inputs: the platform ${name} has no helperImage`,
    {
      mend: "name an image with Python 3.9 or newer: helperImage of kubernetes()",
      place: { step },
    },
  );
}
