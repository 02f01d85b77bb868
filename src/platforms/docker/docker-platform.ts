import { existsSync, mkdirSync, watch } from "node:fs";
import { dirname } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { defined } from "../../core/defined.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Evidence } from "../../core/evidence.ts";
import type { AttemptId } from "../../core/ids.ts";
import type { SecretRefs } from "../../core/secret-ref.ts";
import type { SecretSources } from "../../core/secret-sources.ts";
import {
  attemptFolder,
  claimAttempt,
  makeAttemptFolder,
  noteIfPossible,
  readRecordIfSound,
} from "../local/attempt-folder.ts";
import { isRecord } from "../local/exit-record.ts";
import { finishAttempt, removeScratch } from "../local/finish-attempt.ts";
import { type Outcome, parseOutcome, readCancel } from "../local/inspect-attempt.ts";
import { enter, type LiveAttempt, makeLiveAttempt, stopWaiting } from "../local/live-attempt.ts";
import { readLog } from "../local/log-reader.ts";
import { unstartable, unstartedEvidence } from "../local/own-evidence.ts";
import { findRunner } from "../local/package-files.ts";
import { Preparer } from "../local/prepare-attempt.ts";
import { readProgress } from "../local/progress-reader.ts";
import { specOnDisk } from "../local/spec-on-disk.ts";
import { WorkFolders } from "../local/work-folders.ts";
import { BackgroundWork } from "../background-work.ts";
import type { ContainerWork } from "../container-work.ts";
import { FollowedLog } from "../followed-log/followed-log.ts";
import { doneByImage, imageOf, inImage } from "../image-work.ts";
import { type Logins, noLogins } from "../images/registry-login.ts";
import type { AttemptSpec, CancelOptions, LogLine, Platform, Report } from "../platform.ts";
import { type EndContext, withContainer, wordlessEvidence } from "./container-evidence.ts";
import { type Beginning, type ContainerOptions, containerSpec, supervised } from "./container-spec.ts";
import { type Container, Containers } from "./containers.ts";
import { EngineApi } from "./engine-api.ts";
import { Leftovers } from "./leftovers.ts";
import {
  claimForContainer,
  concludeEntryPoint,
  entryPoint,
  isClaimedForContainer,
  noteStarted,
  prepareEntryPoint,
} from "./own-entry-point.ts";
import { secretsLine } from "./secret-values.ts";

export interface DockerPlatformOptions extends Pick<
  ContainerOptions,
  "sharedMemoryBytes" | "volumes" | "user" | "runtime"
> {
  /** For all tasks. */
  readonly env?: Readonly<Record<string, string>>;
  readonly name?: string;
  /** The project's `.flotilla` folder; containers see the parts of it that they need, in the same places. */
  readonly directory: string;
  readonly artifacts: ArtifactStore;
  /** `unix:///var/run/docker.sock`: an engine of this machine. */
  readonly host: string;
  /** For steps that name none. */
  readonly image?: string;
  /** For registries that do not let everybody in. */
  readonly logins?: Logins;
  /** `none`, `host`, or a network of the engine. */
  readonly network?: string;
  /** So many containers at once. */
  readonly slots?: number;
  /** Cores and memory to promise; not limited if absent. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
  /** Cards to promise. */
  readonly gpus?: number;
  /** What all tasks are given; a step's own come beside them. */
  readonly secrets?: SecretRefs;
  readonly secretSources?: SecretSources;
  /** Of this machine, for secrets that are in a variable of it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How long a task has after SIGTERM when its supervisor, and not we, must kill it. */
  readonly graceMs?: number;
  readonly lookEveryMs?: number;
}

/**
 * Attempts in containers of a Docker engine on this machine. The supervisor that carries out local attempts is the main
 * process of each; it comes with the attempt, so an image needs nothing but Python. What counts lies in the attempt's folder
 * and in the container, which outlive this process: another instance finds both again.
 */
export class DockerPlatform implements Platform {
  readonly name: string;
  readonly #options: DockerPlatformOptions & { readonly graceMs: number; readonly network: string };
  readonly #containers: Containers;
  readonly #live = new Map<AttemptId, LiveAttempt>();
  readonly #background = new BackgroundWork();
  readonly #leftovers: Leftovers;
  readonly #work = new WorkFolders();
  readonly #preparer: Preparer;
  /** Of those that run their image's own entry point. */
  readonly #logs = new Map<AttemptId, FollowedLog>();
  readonly #closing = new AbortController();
  readonly #looking: NodeJS.Timeout;
  #report: (report: Report) => void = () => undefined;

  constructor(options: DockerPlatformOptions) {
    this.name = options.name ?? "docker";
    this.#options = { graceMs: 10_000, network: "none", ...options };
    this.#containers = new Containers(new EngineApi(options.host), this.#closing.signal, options.logins ?? noLogins);
    this.#leftovers = new Leftovers(this.#containers, this.#background);
    this.#preparer = new Preparer({ ...this.#options, python: "python3" }, this.#work);
    this.#looking = setInterval(() => this.#lookAtAll(), options.lookEveryMs ?? 1000).unref();
  }

  capacity(): Readonly<Record<string, number>> {
    const { slots, cpus, memoryBytes, gpus } = this.#options;
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

  async start(spec: AttemptSpec): Promise<void> {
    const known = this.#live.get(spec.id);
    if (known !== undefined) {
      if (known.runningReport) this.#report(known.runningReport);
      return;
    }
    const attempt = this.#take(spec);
    await this.#orLetGo(attempt, async () => {
      if (makeAttemptFolder(attempt.folder)) await this.#launch(attempt);
      else await this.#takeUp(attempt, "start");
    });
  }

  async adopt(specs: readonly AttemptSpec[]): Promise<void> {
    await this.#leftovers.removeOld(this.#options.directory, (id) => this.#live.has(id));
    for (const spec of specs) {
      if (this.#live.has(spec.id)) continue;
      const attempt = this.#take(spec);
      await this.#orLetGo(attempt, async () => {
        makeAttemptFolder(attempt.folder);
        await this.#takeUp(attempt, "adopt");
      });
    }
  }

  async cancel(id: AttemptId, { graceMs, why }: CancelOptions): Promise<void> {
    const attempt = this.#live.get(id) ?? (await this.#takeUnknown(id));
    if (why === "withdraw") {
      if (attempt.state === "preparing" && claimAttempt(attempt.folder))
        this.#endUnstarted(attempt, { neverStarted: "it was withdrawn before it began" });
      return;
    }
    if (attempt.cancelled || attempt.state === "ending" || !this.#live.has(id)) return;
    attempt.cancelled = { why, graceMs };
    noteIfPossible(attempt.folder.cancel, { why, at: Date.now() });
    try {
      if (claimAttempt(attempt.folder))
        this.#endUnstarted(attempt, { neverStarted: "it was cancelled before it began" });
      else await this.#terminate(attempt, graceMs);
    } catch (thrown) {
      // The call will be repeated, and has to be carried out then.
      attempt.cancelled = undefined;
      throw thrown;
    }
  }

  logs(id: AttemptId, options?: { readonly fromByte?: number; readonly tailLines?: number }): AsyncIterable<LogLine> {
    return readLog(attemptFolder(this.#options.directory, id).log, options);
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#report = () => undefined;
    this.#closing.abort();
    for (const attempt of this.#live.values()) stopWaiting(attempt);
    for (const log of this.#logs.values()) log.close();
    this.#live.clear();
    await this.#background.settled();
    this.#work.close();
  }

  #take(spec: AttemptSpec): LiveAttempt {
    const attempt = makeLiveAttempt(spec, attemptFolder(this.#options.directory, spec.id));
    this.#live.set(spec.id, attempt);
    return attempt;
  }

  /** A call that fails is repeated, and must find the attempt as it was before. */
  async #orLetGo(attempt: LiveAttempt, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      this.#letGo(attempt);
      throw thrown;
    }
  }

  async #launch(attempt: LiveAttempt): Promise<void> {
    const { id, folder, spec } = attempt;
    try {
      const done = doneByImage(spec, this.#options.host);
      if (done !== undefined)
        return claimAttempt(folder) ? this.#end(attempt, { evidence: done, outputs: {} }) : undefined;
      if (spec.work.type === "container") return await this.#launchOwn(attempt, spec.work);
      const image = imageOf(spec, { name: this.name, image: this.#options.image });
      const { python, code, threads } = await this.#preparer.prepare({ spec: inImage(spec), folder });
      mkdirSync(dirname(folder.checkpoint), { recursive: true });
      const places = {
        folder: folder.root,
        work: folder.work,
        checkpoints: dirname(folder.checkpoint),
        code,
        runner: findRunner(),
      };
      const secrets = Object.keys(this.#secretsOf(spec));
      this.#inputOf(spec); // before anything is made: one that is missing would be missed then
      const begins = supervised(places, { ...this.#options, python, threads, secrets });
      await this.#containers.create(id, image, this.#specOf(spec, image, begins));
      await this.#begin(attempt, await this.#containers.find(id));
    } catch (thrown) {
      const evidence = unstartable(thrown);
      if (attempt.state === "ending") return;
      if (evidence === undefined || !claimAttempt(folder)) throw thrown;
      this.#endUnstarted(attempt, evidence);
    }
  }

  /** Of an image's own entry point. */
  async #launchOwn(attempt: LiveAttempt, work: ContainerWork): Promise<void> {
    const { id, folder, spec } = attempt;
    const { artifacts, graceMs } = this.#options;
    const image = imageOf(spec, { name: this.name, image: this.#options.image });
    const begins = entryPoint(spec, work, folder, this.#options.env);
    await prepareEntryPoint(artifacts, attempt, graceMs);
    await this.#containers.create(id, image, this.#specOf(spec, image, begins));
    await this.#begin(attempt, await this.#containers.find(id));
  }

  #specOf(spec: AttemptSpec, image: string, begins: Beginning): object {
    return containerSpec(spec, begins, { ...ownUser(), ...this.#options, project: this.#options.directory, image });
  }

  /** Starts a container that was made and has not run: one that has would run again. */
  async #begin(attempt: LiveAttempt, container: Container | undefined): Promise<void> {
    if (container !== undefined && container.attempt !== attempt.id)
      throw new FlotillaError(
        "TASK_CONFIG",
        "a container of its name is there already, and is not ours; it was left alone",
      );
    if (attempt.state === "ending") return this.#leftovers.remove(attempt.id);
    if (isOwn(attempt)) return this.#beginOwn(attempt, container);
    const input = this.#inputOf(attempt.spec);
    if (container?.status === "created") await this.#containers.start(attempt.id, defined({ input }));
    this.#follow(attempt);
  }

  #secretsOf(spec: AttemptSpec): SecretRefs {
    return { ...this.#options.secrets, ...spec.secrets };
  }

  /** What its container is told first; undefined where it has no secrets. Throws `TASK_CONFIG`. */
  #inputOf(spec: AttemptSpec): string | undefined {
    const { secretSources: sources = {}, directory, environment = {} } = this.#options;
    const secrets = this.#secretsOf(spec);
    if (Object.keys(secrets).length === 0) return undefined;
    return secretsLine(secrets, { sources, project: dirname(directory), environment });
  }

  /** Nothing in it makes the records of its attempt; see own-entry-point.ts. */
  async #beginOwn(attempt: LiveAttempt, container: Container | undefined): Promise<void> {
    const { id, folder } = attempt;
    if (!claimForContainer(folder))
      return this.#endUnstarted(attempt, { neverStarted: "it was given up before it began" });
    try {
      if (container?.status === "created") await this.#containers.start(id, { program: "its program" });
    } catch (thrown) {
      const evidence = unstartable(thrown);
      if (evidence === undefined) throw thrown;
      return this.#endUnstarted(attempt, evidence);
    }
    this.#follow(attempt);
  }

  /** What is in a container that runs its image's own entry point, or ran it, is told of by the engine alone. */
  async #followOwn(attempt: LiveAttempt): Promise<void> {
    const { id, folder } = attempt;
    const log = this.#logs.get(id) ?? new FollowedLog(folder.log, this.#containers.log(id));
    this.#logs.set(id, log);
    this.#background.add(log.follow());
    const container = await this.#containers.find(id);
    if (container === undefined || container.status === "created") return;
    noteStarted(folder, container);
    this.#lookIfRunning(attempt);
  }

  /** From now on its records and its end are waited for. */
  #follow(attempt: LiveAttempt): void {
    if (attempt.state === "ending") return this.#leftovers.remove(attempt.id);
    if (attempt.state === "preparing") enter(attempt, "handed-over");
    try {
      const watcher = watch(attempt.folder.root, (_event, name) => {
        if (name === "started.json") this.#lookIfRunning(attempt);
      });
      watcher.on("error", () => watcher.close());
      attempt.stops.push(() => watcher.close());
    } catch {
      // No watch to be had (the system's limit): the regular look finds it.
    }
    this.#lookIfRunning(attempt);
    this.#background.add(this.#awaitEnd(attempt));
  }

  async #awaitEnd(attempt: LiveAttempt): Promise<void> {
    if (isOwn(attempt)) await this.#followOwn(attempt);
    await this.#containers.untilEnded(attempt.id);
    await this.#settle(attempt);
  }

  /** An attempt whose folder is there already: goes on from whatever its last process left. */
  async #takeUp(attempt: LiveAttempt, why: "start" | "adopt"): Promise<void> {
    const { id, folder } = attempt;
    const outcome = parseOutcome(readRecordIfSound(folder.ended));
    if (outcome !== undefined) return this.#end(attempt, outcome);
    const cancelled = readCancel(folder);
    if (cancelled !== undefined) attempt.cancelled ??= { why: cancelled, graceMs: this.#options.graceMs };
    const container = await this.#containers.find(id);
    if (isOwn(attempt) && isClaimedForContainer(folder)) return this.#begin(attempt, container);
    if (container?.status === "running" || existsSync(folder.exit)) return this.#follow(attempt);
    if (container?.status === "exited" || existsSync(folder.started)) return this.#settle(attempt);
    if (isRenounced(folder.claim))
      return this.#endUnstarted(attempt, { neverStarted: "it was given up before it began" });
    if (why === "start") return container === undefined ? this.#launch(attempt) : this.#begin(attempt, container);
    if (claimAttempt(folder)) this.#endUnstarted(attempt, { neverStarted: "its engine ended before it began" });
    else this.#follow(attempt);
  }

  async #takeUnknown(id: AttemptId): Promise<LiveAttempt> {
    const folder = attemptFolder(this.#options.directory, id);
    const attempt = this.#take(specOnDisk(id, folder));
    if (!makeAttemptFolder(folder) && existsSync(folder.claim)) await this.#takeUp(attempt, "adopt");
    return attempt;
  }

  #lookIfRunning(attempt: LiveAttempt): void {
    const started = readRecordIfSound(attempt.folder.started);
    if (attempt.state !== "handed-over" || !isRecord(started)) return;
    enter(attempt, "running");
    const at = typeof started["at"] === "number" ? started["at"] : Date.now();
    const handle = { host: this.#options.host, container: attempt.id };
    attempt.runningReport = { type: "running", attempt: attempt.id, at, handle };
    this.#report(attempt.runningReport);
    if (attempt.cancelled) this.#background.add(this.#terminate(attempt, attempt.cancelled.graceMs));
  }

  /** Asks its supervisor to end it; after the grace all of it is killed. */
  async #terminate(attempt: LiveAttempt, graceMs: number): Promise<void> {
    await this.#containers.signal(attempt.id, "SIGTERM");
    const timer = setTimeout(() => this.#background.add(this.#containers.signal(attempt.id, "SIGKILL")), graceMs);
    attempt.stops.push(() => clearTimeout(timer));
    if (attempt.state === "ending") stopWaiting(attempt);
  }

  #lookAtAll(): void {
    for (const attempt of this.#live.values()) {
      if (attempt.state === "handed-over") this.#lookIfRunning(attempt);
      if (attempt.state === "running") this.#tellProgress(attempt);
    }
    if (this.#live.size > 0) this.#background.add(this.#compare());
    this.#leftovers.removeAgain();
  }

  /** One question for all of them; those that do not run any more are asked about again, one by one. */
  async #compare(): Promise<void> {
    const atWork = await this.#containers.list(this.#options.directory);
    for (const attempt of this.#live.values())
      if ((attempt.state === "running" || attempt.state === "handed-over") && atWork.get(attempt.id) !== true)
        this.#background.add(this.#settle(attempt));
  }

  #tellProgress(attempt: LiveAttempt): void {
    const { progress, nextByte } = readProgress(attempt.folder.progress, attempt.progressBytes);
    attempt.progressBytes = nextByte;
    if (progress) this.#report({ type: "progress", attempt: attempt.id, progress });
  }

  /** Ends an attempt whose container does not run any more. */
  async #settle(attempt: LiveAttempt): Promise<void> {
    const container = await this.#containers.find(attempt.id);
    if (container?.status === "running" || container?.status === "created") return;
    if (isOwn(attempt)) await this.#settleOwn(attempt, container);
    const image = attempt.spec.image ?? this.#options.image ?? "";
    const pinnedImage = container && (await this.#containers.pinnedImage(container.image, image));
    const lastWords = existsSync(attempt.folder.claim) ? "" : await this.#containers.lastWords(attempt.id);
    // Another look may have ended it meanwhile.
    if (attempt.state === "ending" || !this.#live.has(attempt.id)) return;
    this.#lookIfRunning(attempt);
    enter(attempt, "ending");
    const context: EndContext = {
      container,
      pinnedImage,
      image,
      host: this.#options.host,
      limitBytes: attempt.spec.resources.memoryBytes,
      cancelled: attempt.cancelled?.why,
      wasClaimed: existsSync(attempt.folder.claim),
      lastWords,
    };
    this.#end(attempt, await this.#outcomeOf(attempt, context));
  }

  /** Its log is brought home first: with its container goes the only other copy. */
  async #settleOwn({ id, folder }: LiveAttempt, container: Container | undefined): Promise<void> {
    await this.#logs.get(id)?.finish();
    if (container === undefined) return;
    noteStarted(folder, container);
    concludeEntryPoint(id, folder, container);
  }

  async #outcomeOf(attempt: LiveAttempt, context: EndContext): Promise<Outcome> {
    if (!existsSync(attempt.folder.exit)) return { evidence: wordlessEvidence(context), outputs: {} };
    try {
      const { evidence, outputs } = await finishAttempt(this.#options.artifacts, attempt, this.#options.host);
      return { evidence: withContainer(evidence, context), outputs };
    } catch (thrown) {
      return { evidence: { completed: false, fault: String(thrown), host: this.#options.host }, outputs: {} };
    }
  }

  /** It is ours by its claim, so it never ran and never will. */
  #endUnstarted(attempt: LiveAttempt, why: Partial<Evidence>): void {
    this.#end(attempt, { evidence: unstartedEvidence(attempt, this.#options.host, why), outputs: {} });
  }

  /** Written down before it is told, and told before its container goes. */
  #end(attempt: LiveAttempt, { evidence, outputs }: Outcome): void {
    noteIfPossible(attempt.folder.ended, { evidence, outputs });
    if (!this.#letGo(attempt)) return;
    this.#report({ type: "ended", attempt: attempt.id, at: evidence.endedAt ?? Date.now(), evidence, outputs });
    this.#leftovers.remove(attempt.id);
    if (evidence.completed || evidence.diskFull === true) this.#background.add(removeScratch(attempt, this.#work));
  }

  /** False if it was let go before: by `close`, or by another way of learning its end. */
  #letGo(attempt: LiveAttempt): boolean {
    enter(attempt, "ending");
    stopWaiting(attempt);
    this.#logs.get(attempt.id)?.close();
    this.#logs.delete(attempt.id);
    return this.#live.delete(attempt.id);
  }
}

function isOwn({ spec }: LiveAttempt): boolean {
  return spec.work.type === "container";
}

function isRenounced(claim: string): boolean {
  const record = readRecordIfSound(claim);
  return isRecord(record) && record["by"] === "platform";
}

/** Files that a task writes must be ours to read and remove; root's rights need no user. */
function ownUser(): { readonly user?: string } {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? {} : { user: `${uid}:${process.getgid?.() ?? uid}` };
}
