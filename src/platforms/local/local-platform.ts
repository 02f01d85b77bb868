import { watch } from "node:fs";
import { hostname } from "node:os";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { diskError } from "../../artifacts/disk-errors.ts";
import { assertNever } from "../../core/errors.ts";
import type { Evidence } from "../../core/evidence.ts";
import type { AttemptId } from "../../core/ids.ts";
import { BackgroundWork } from "../background-work.ts";
import type { AttemptSpec, CancelOptions, LogLine, Platform, Report } from "../platform.ts";
import { attemptFolder, claimAttempt, makeAttemptFolder, noteIfPossible } from "./attempt-folder.ts";
import { finishAttempt, removeScratch } from "./finish-attempt.ts";
import { inspectAttempt } from "./inspect-attempt.ts";
import type { AttemptOnDisk, Outcome } from "./inspect-attempt.ts";
import { enter, makeLiveAttempt, stopWaiting } from "./live-attempt.ts";
import type { LiveAttempt } from "./live-attempt.ts";
import { readLog } from "./log-reader.ts";
import { readMachine } from "./machine.ts";
import { goneEvidence, unstartable, unstartedEvidence } from "./own-evidence.ts";
import { findRunner } from "./package-files.ts";
import { nameFollower } from "./name-follower.ts";
import { Preparer } from "./prepare-attempt.ts";
import { isAlive } from "./processes.ts";
import type { ProcessIdentity } from "./processes.ts";
import { readProgress } from "./progress-reader.ts";
import { specOnDisk } from "./spec-on-disk.ts";
import { killAll, terminate } from "./terminate.ts";
import type { ParentKind } from "./warm-parent.ts";
import { WarmParents } from "./warm-parents.ts";
import type { WarmParentsOptions } from "./warm-parents.ts";
import { WorkFolders } from "./work-folders.ts";

export interface LocalPlatformOptions {
  /** The project's `.flotilla` folder. */
  readonly directory: string;
  readonly artifacts: ArtifactStore;
  readonly name?: string;
  /** Cores to promise; by default what the machine has. */
  readonly cpus?: number;
  /** Memory to promise; by default what the machine has. */
  readonly memoryBytes?: number;
  /** So many attempts at once; not limited if absent. */
  readonly slots?: number;
  /** The interpreter that supervises steps which are not Python. */
  readonly python?: string;
  readonly host?: string;
  /** How long a task has after SIGTERM when its supervisor, and not we, must kill it. */
  readonly graceMs?: number;
  readonly parents?: Pick<WarmParentsOptions, "idleMs" | "maxAlive" | "backoffMs">;
}

/** Liveness is looked at this often; messages and watches only shorten the wait. */
const lookEveryMs = 1000;
/** From claim to `started.json` takes a supervisor milliseconds; one that needs this long is dead. */
const claimedAtMostMs = 15_000;

/**
 * Attempts as processes of this machine. It keeps nothing that is not also on disk: every attempt has a folder
 * (`protocol/README.md`) and a supervisor that outlives us, so another instance finds them again with `adopt`.
 */
export class LocalPlatform implements Platform {
  readonly name: string;
  readonly isSuccessive = true;
  readonly #options: LocalPlatformOptions & {
    readonly python: string;
    readonly host: string;
    readonly graceMs: number;
  };
  readonly #capacity: Readonly<Record<string, number>>;
  readonly #live = new Map<AttemptId, LiveAttempt>();
  readonly #background = new BackgroundWork();
  readonly #work = new WorkFolders();
  readonly #preparer: Preparer;
  readonly #parents: WarmParents;
  readonly #looking: NodeJS.Timeout;
  #report: (report: Report) => void = () => undefined;

  constructor(options: LocalPlatformOptions) {
    this.name = options.name ?? "local";
    this.#options = { python: "python3", host: hostname(), graceMs: 10_000, ...options };
    this.#preparer = new Preparer(this.#options, this.#work);
    const machine = readMachine();
    this.#capacity = {
      cpu: Math.round((options.cpus ?? machine.cpus) * 1000),
      memory: options.memoryBytes ?? machine.memoryBytes,
      ...(options.slots === undefined ? {} : { slots: options.slots }),
      // It cannot tell which cards are free, nor give one to one task alone: it promises none.
      gpu: 0,
    };
    this.#parents = new WarmParents(
      { runner: findRunner(), flotilla: options.directory, ...options.parents },
      {
        started: ({ id, task, supervisor, at }) =>
          this.#whenLive(id, (attempt) => this.#becomeRunning(attempt, { task, supervisor, at })),
        ended: (id, next) => {
          if (next !== undefined) this.#whenLive(next, begunInPlace);
          this.#whenLive(id, (attempt) => this.#finish(attempt));
        },
        refused: (id, reason) => this.#whenLive(id, (attempt) => this.#takeRefusal(attempt, reason)),
        hopeless: (ids, why) => ids.forEach((id) => this.#whenLive(id, (attempt) => this.#takeHopeless(attempt, why))),
      },
    );
    this.#looking = setInterval(() => this.#lookAtAll(), lookEveryMs).unref();
  }

  capacity(): Readonly<Record<string, number>> {
    return this.#capacity;
  }

  onReport(listener: (report: Report) => void): void {
    this.#report = listener;
  }

  async start(spec: AttemptSpec): Promise<void> {
    const known = this.#live.get(spec.id);
    if (known) {
      if (known.runningReport) this.#report(known.runningReport);
      if (spec.behind === undefined) this.#comeForward(known);
      return;
    }
    const attempt = this.#take(spec);
    try {
      if (makeAttemptFolder(attempt.folder)) await this.#launch(attempt);
      else await this.#takeUp(attempt, "start");
    } catch (thrown) {
      this.#letGo(attempt);
      throw diskError(thrown, attempt.folder.root);
    }
  }

  async adopt(specs: readonly AttemptSpec[]): Promise<void> {
    const failures: unknown[] = [];
    for (const spec of specs) {
      if (this.#live.has(spec.id)) continue;
      const attempt = this.#take(spec);
      try {
        makeAttemptFolder(attempt.folder);
        await this.#takeUp(attempt, "adopt");
      } catch (thrown) {
        // The call will be repeated for all of them: the others must not wait for this one, nor it be taken for adopted.
        this.#letGo(attempt);
        failures.push(diskError(thrown, attempt.folder.root));
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async cancel(id: AttemptId, { graceMs, why }: CancelOptions): Promise<void> {
    const attempt = this.#live.get(id) ?? (await this.#takeUnknown(id));
    if (why === "withdraw") return this.#withdraw(attempt);
    if (attempt.cancelled || attempt.state === "ending" || !this.#live.has(id)) return;
    attempt.cancelled = { why, graceMs };
    noteIfPossible(attempt.folder.cancel, { why, at: Date.now() });
    if (attempt.state === "running") this.#terminate(attempt);
    else if (claimAttempt(attempt.folder))
      this.#endUnstarted(attempt, { neverStarted: "it was cancelled before it began" });
    // Else its supervisor has claimed it and is about to say so; it is terminated then.
  }

  #withdraw(attempt: LiveAttempt): void {
    const hasNotBegun = attempt.state === "preparing" || attempt.state === "following";
    if (hasNotBegun && claimAttempt(attempt.folder))
      this.#endUnstarted(attempt, { neverStarted: "it was withdrawn before it began" });
  }

  logs(id: AttemptId, options?: { readonly fromByte?: number; readonly tailLines?: number }): AsyncIterable<LogLine> {
    return readLog(attemptFolder(this.#options.directory, id).log, options);
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#report = () => undefined;
    this.#parents.close();
    for (const attempt of this.#live.values()) stopWaiting(attempt);
    this.#live.clear();
    await this.#background.settled();
    this.#work.close();
  }

  #take(spec: AttemptSpec): LiveAttempt {
    const attempt = makeLiveAttempt(spec, attemptFolder(this.#options.directory, spec.id));
    this.#live.set(spec.id, attempt);
    return attempt;
  }

  /** What fails here (a disk that cannot be read just now) is tried again by the next regular look. */
  #whenLive(id: string, act: (attempt: LiveAttempt) => void): void {
    const attempt = this.#live.get(id as AttemptId);
    if (!attempt || attempt.state === "ending") return;
    try {
      act(attempt);
    } catch (thrown) {
      if (!(thrown instanceof Error) || !("errno" in thrown)) throw thrown;
    }
  }

  async #launch(attempt: LiveAttempt): Promise<void> {
    try {
      attempt.kind = await this.#preparer.prepare(attempt);
      if (attempt.state !== "preparing") return; // cancelled meanwhile
      if (attempt.behind === undefined) this.#handOver(attempt, attempt.kind);
      else this.#follow(attempt, attempt.behind);
    } catch (thrown) {
      const evidence = unstartable(diskError(thrown, attempt.folder.root));
      if (!evidence || !claimAttempt(attempt.folder)) throw thrown;
      this.#endUnstarted(attempt, evidence);
    }
  }

  #handOver(attempt: LiveAttempt, kind: ParentKind): void {
    enter(attempt, "handed-over");
    this.#parents.handOver(kind, { id: attempt.id, folder: attempt.folder.root });
  }

  /** If the one before it is not here any more, the engine is about to tell us so. */
  #follow(attempt: LiveAttempt, behind: AttemptId): void {
    enter(attempt, "following");
    const leader = this.#live.get(behind);
    if (leader) nameFollower(leader, attempt);
  }

  /** It need not wait for another's end any more. It may have begun at that end already. */
  #comeForward(attempt: LiveAttempt): void {
    attempt.behind = undefined;
    if (attempt.state === "following") this.#handOver(attempt, attempt.kind!);
  }

  /** An attempt whose folder is there already: goes on from whatever its last process left. */
  async #takeUp(attempt: LiveAttempt, why: "start" | "adopt"): Promise<void> {
    const found = inspectAttempt(attempt.folder);
    if (found.type !== "unclaimed") return this.#settle(attempt, found);
    if (why === "start") return this.#launch(attempt);
    if (!claimAttempt(attempt.folder)) return this.#takeUp(attempt, why);
    this.#endUnstarted(attempt, { neverStarted: "its engine ended before it began" });
  }

  #settle(attempt: LiveAttempt, found: Exclude<AttemptOnDisk, { type: "unclaimed" }>): void {
    switch (found.type) {
      case "reported":
        return this.#end(attempt, found.outcome);
      case "exited":
        attempt.task ??= found.task;
        return this.#finish(attempt);
      case "running":
        if (attempt.state === "running") return;
        this.#becomeRunning(attempt, found);
        return this.#watchForExit(attempt);
      case "claimed":
        if (found.forMs > claimedAtMostMs) return this.#endGone(attempt, undefined, undefined);
        if (attempt.state === "preparing") enter(attempt, "handed-over");
        return;
      case "renounced":
        return this.#endUnstarted(attempt, { neverStarted: "it was given up before it began" });
      case "gone":
        return this.#endGone(attempt, found.supervisor, found.task);
      default:
        assertNever(found);
    }
  }

  async #takeUnknown(id: AttemptId): Promise<LiveAttempt> {
    const folder = attemptFolder(this.#options.directory, id);
    const attempt = this.#take(specOnDisk(id, folder));
    if (makeAttemptFolder(folder)) return attempt;
    const found = inspectAttempt(folder);
    if (found.type !== "unclaimed") this.#settle(attempt, found);
    return attempt;
  }

  #becomeRunning(
    attempt: LiveAttempt,
    {
      task,
      supervisor,
      at,
    }: { readonly task: ProcessIdentity; readonly supervisor: ProcessIdentity; readonly at: number },
  ): void {
    if (attempt.state === "running") return;
    attempt.task = task;
    attempt.supervisor = supervisor;
    enter(attempt, "running");
    attempt.runningReport = {
      type: "running",
      attempt: attempt.id,
      at,
      handle: {
        pid: task.pid,
        startTime: task.startTime,
        supervisor: { pid: supervisor.pid, startTime: supervisor.startTime },
      },
    };
    this.#report(attempt.runningReport);
    if (attempt.cancelled) this.#terminate(attempt);
  }

  /** An adopted attempt has no pipe to us: its `exit.json` is the message. */
  #watchForExit(attempt: LiveAttempt): void {
    try {
      const watcher = watch(attempt.folder.root, (_event, name) => {
        if (name === "exit.json") this.#whenLive(attempt.id, () => this.#look(attempt));
      });
      watcher.on("error", () => watcher.close());
      attempt.stops.push(() => watcher.close());
    } catch {
      // No watch to be had (the system's limit): the regular look finds its end a second later.
    }
  }

  #terminate(attempt: LiveAttempt): void {
    const { supervisor, cancelled } = attempt;
    if (!supervisor || !cancelled) return;
    attempt.stops.push(
      terminate(supervisor, cancelled.graceMs, () => this.#whenLive(attempt.id, () => this.#look(attempt))),
    );
  }

  #takeRefusal(attempt: LiveAttempt, reason: string): void {
    const found = inspectAttempt(attempt.folder);
    if (found.type !== "unclaimed") return this.#settle(attempt, found);
    if (claimAttempt(attempt.folder)) this.#endUnstarted(attempt, { neverStarted: reason });
  }

  #takeHopeless(
    attempt: LiveAttempt,
    { config, message }: { readonly config: boolean; readonly message: string },
  ): void {
    if (claimAttempt(attempt.folder)) {
      return this.#endUnstarted(
        attempt,
        config ? { config: { code: "TASK_CONFIG", message } } : { neverStarted: message },
      );
    }
    const found = inspectAttempt(attempt.folder);
    if (found.type !== "unclaimed") this.#settle(attempt, found);
  }

  #lookAtAll(): void {
    for (const id of [...this.#live.keys()]) this.#whenLive(id, (attempt) => this.#lookRegularly(attempt));
  }

  #lookRegularly(attempt: LiveAttempt): void {
    if (attempt.state === "running") {
      this.#tellProgress(attempt);
      if (attempt.supervisor && !isAlive(attempt.supervisor)) this.#look(attempt);
    } else if (attempt.state === "handed-over" && performance.now() - attempt.since > lookEveryMs) {
      this.#look(attempt);
    }
  }

  #look(attempt: LiveAttempt): void {
    const found = inspectAttempt(attempt.folder);
    if (found.type !== "unclaimed") this.#settle(attempt, found);
  }

  #tellProgress(attempt: LiveAttempt): void {
    const { progress, nextByte } = readProgress(attempt.folder.progress, attempt.progressBytes);
    attempt.progressBytes = nextByte;
    if (progress) this.#report({ type: "progress", attempt: attempt.id, progress });
  }

  #finish(attempt: LiveAttempt): void {
    enter(attempt, "ending");
    const { artifacts, host } = this.#options;
    const fault = (thrown: unknown): void =>
      this.#end(attempt, { evidence: { completed: false, fault: String(thrown), host }, outputs: {} });
    try {
      const outcome = finishAttempt(artifacts, attempt, host);
      if (outcome instanceof Promise)
        this.#background.add(outcome.then((settled) => this.#end(attempt, settled)).catch(fault));
      else this.#end(attempt, outcome);
    } catch (thrown) {
      fault(thrown);
    }
  }

  /** Its supervisor is dead and said nothing; the task must not go on without it beside a new attempt. */
  #endGone(attempt: LiveAttempt, supervisor: ProcessIdentity | undefined, task: ProcessIdentity | undefined): void {
    enter(attempt, "ending");
    const outcome = { evidence: goneEvidence(attempt, this.#options.host), outputs: {} };
    const killed = supervisor ? killAll(supervisor, task) : Promise.resolve();
    void killed.then(() => this.#end(attempt, outcome));
  }

  /** It is ours by its claim, so it never ran and never will. */
  #endUnstarted(attempt: LiveAttempt, why: Partial<Evidence>): void {
    this.#parents.forget(attempt.id);
    const outcome = { evidence: unstartedEvidence(attempt, this.#options.host, why), outputs: {} };
    noteIfPossible(attempt.folder.ended, outcome);
    this.#end(attempt, outcome);
  }

  #end(attempt: LiveAttempt, { evidence, outputs }: Outcome): void {
    if (!this.#letGo(attempt)) return;
    this.#report({ type: "ended", attempt: attempt.id, at: evidence.endedAt ?? Date.now(), evidence, outputs });
    // Of a failed attempt all is kept to be looked at, unless that would keep the next from having room.
    if (!evidence.completed && evidence.diskFull !== true) return;
    this.#background.add(removeScratch(attempt, this.#work)); // what is left is found by gc
  }

  /** False if it was let go before: by `close`, or by another way of learning its end. */
  #letGo(attempt: LiveAttempt): boolean {
    enter(attempt, "ending");
    stopWaiting(attempt);
    return this.#live.delete(attempt.id);
  }
}

/** The supervisor of the one before it has it now, and is about to say so itself. */
function begunInPlace(attempt: LiveAttempt): void {
  if (attempt.state === "following" || attempt.state === "preparing") enter(attempt, "handed-over");
}
