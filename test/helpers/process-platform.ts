import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactStore } from "../../src/artifacts/artifact-store.ts";
import { FlotillaError } from "../../src/core/errors.ts";
import type { Evidence } from "../../src/core/evidence.ts";
import type { AttemptId } from "../../src/core/ids.ts";
import {
  attemptFolder,
  claimAttempt,
  makeAttemptFolder,
  readRecordIfSound,
  writeRecord,
} from "../../src/platforms/local/attempt-folder.ts";
import { parseOutcome } from "../../src/platforms/local/inspect-attempt.ts";
import type { Outcome } from "../../src/platforms/local/inspect-attempt.ts";
import { identify, isAlive } from "../../src/platforms/local/processes.ts";
import type { ProcessIdentity } from "../../src/platforms/local/processes.ts";
import type { AttemptSpec, CancelOptions, LogLine, Platform, Report } from "../../src/platforms/platform.ts";
import { TaskApi } from "../../src/platforms/task-api/task-api.ts";
import { noteListener } from "./task-api-port.ts";

export interface ProcessPlatformOptions {
  readonly directory: string;
  readonly artifacts: ArtifactStore;
  /** Under which its processes reach whoever listens. */
  readonly address: string;
}

/** Where it stands who was started. */
export const processesPath = (directory: string): string => join(directory, "processes");

/**
 * A platform whose attempts are processes that share nothing with it but the task API: what a cluster does with pods, without a
 * cluster.
 */
export class ProcessPlatform implements Platform {
  readonly name = "process";
  readonly taskApi: TaskApi;
  readonly #options: ProcessPlatformOptions;
  readonly #running = new Map<AttemptId, Report>();
  readonly #known = new Set<AttemptId>();
  readonly #ended = new Set<AttemptId>();
  readonly #looking: NodeJS.Timeout;
  readonly #listening: Promise<void>;
  readonly #processes = new Map<AttemptId, ProcessIdentity>();
  #report: (report: Report) => void = () => undefined;
  #isClosed = false;

  constructor(options: ProcessPlatformOptions) {
    this.#options = options;
    this.taskApi = new TaskApi({ ...options, advertise: options.address });
    this.taskApi.onReport((report) => this.#take(report));
    this.#listening = this.#listen();
    this.#looking = setInterval(() => this.#look(), 20).unref();
  }

  capacity(): Readonly<Record<string, number>> {
    return {};
  }

  onReport(listener: (report: Report) => void): void {
    this.#report = listener;
  }

  async start(spec: AttemptSpec): Promise<void> {
    const isKnown = this.#known.has(spec.id);
    if (this.#tellWhatIsKnown(spec.id) || isKnown) return;
    this.#known.add(spec.id);
    await this.#listening;
    const folder = attemptFolder(this.#options.directory, spec.id);
    makeAttemptFolder(folder);
    try {
      const { command, env } = await this.taskApi.admit(spec);
      if (claimAttempt(folder)) this.#spawn(spec.id, command, env);
      else if (!this.#tellWhatIsKnown(spec.id)) this.#watch(spec.id);
    } catch (thrown) {
      if (!(thrown instanceof FlotillaError)) throw thrown;
      this.#end(spec.id, { completed: false, config: { code: thrown.code, message: thrown.message } });
    }
  }

  async adopt(specs: readonly AttemptSpec[]): Promise<void> {
    await this.#listening;
    for (const spec of specs) {
      if (this.#known.has(spec.id) || this.#tellWhatIsKnown(spec.id)) continue;
      this.#known.add(spec.id);
      const folder = attemptFolder(this.#options.directory, spec.id);
      makeAttemptFolder(folder);
      if (claimAttempt(folder))
        this.#end(spec.id, { completed: false, neverStarted: "its engine ended before it began" });
      else {
        await this.taskApi.readmit(spec);
        this.#watch(spec.id);
      }
    }
  }

  async cancel(id: AttemptId, options: CancelOptions): Promise<void> {
    const folder = attemptFolder(this.#options.directory, id);
    makeAttemptFolder(folder);
    if (!claimAttempt(folder)) return this.taskApi.cancel(id, options);
    const evidence: Evidence = { completed: false, neverStarted: "it was cancelled before it began" };
    this.#end(id, options.why === "withdraw" ? evidence : { ...evidence, endedByUs: options.why });
  }

  logs(id: AttemptId, options?: { readonly fromByte?: number; readonly tailLines?: number }): AsyncIterable<LogLine> {
    return this.taskApi.logs(id, options);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#report = () => undefined;
    clearInterval(this.#looking);
    await this.#listening;
    await this.taskApi.close();
  }

  async #listen(): Promise<void> {
    const { port } = await this.taskApi.listen({ host: "127.0.0.1", port: 0 });
    noteListener(this.#options.directory, port);
  }

  #spawn(id: AttemptId, [program, ...rest]: readonly string[], env: Readonly<Record<string, string>>): void {
    const scratch = join(this.#options.directory, "elsewhere", id);
    mkdirSync(scratch, { recursive: true });
    const process_ = spawn(program!, rest, {
      cwd: scratch,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ["ignore", "inherit", "inherit"],
    });
    process_.unref();
    const identity = identify(process_.pid!)!;
    mkdirSync(processesPath(this.#options.directory), { recursive: true });
    writeRecord(this.#processPath(id), identity);
    this.#processes.set(id, identity);
  }

  #processPath(id: AttemptId): string {
    return join(processesPath(this.#options.directory), `${id}.json`);
  }

  #watch(id: AttemptId): void {
    const identity = readRecordIfSound(this.#processPath(id)) as ProcessIdentity | undefined;
    if (identity !== undefined) this.#processes.set(id, identity);
  }

  /** A process ends when all it had has been handed in; one that ends otherwise is gone. */
  #look(): void {
    for (const [id, identity] of this.#processes) {
      if (this.#isClosed || isAlive(identity)) continue;
      this.#processes.delete(id);
      if (!this.#ended.has(id) && !this.#tellWhatIsKnown(id))
        this.#end(id, { completed: false, gone: "its process was killed" });
      void this.taskApi.revoke(id);
    }
  }

  #tellWhatIsKnown(id: AttemptId): boolean {
    const outcome = parseOutcome(readRecordIfSound(attemptFolder(this.#options.directory, id).ended));
    if (outcome !== undefined) this.#tellEnd(id, outcome);
    const running = this.#running.get(id);
    if (outcome === undefined && running !== undefined) this.#report(running);
    return outcome !== undefined || running !== undefined;
  }

  #take(report: Report): void {
    if (report.type === "running") this.#running.set(report.attempt, report);
    if (report.type === "ended") this.#ended.add(report.attempt);
    this.#report(report);
  }

  #end(id: AttemptId, evidence: Evidence): void {
    const outcome = { evidence, outputs: {} };
    writeRecord(attemptFolder(this.#options.directory, id).ended, outcome);
    this.#tellEnd(id, outcome);
  }

  #tellEnd(id: AttemptId, outcome: Outcome): void {
    this.#ended.add(id);
    this.#report({ type: "ended", attempt: id, at: outcome.evidence.endedAt ?? Date.now(), ...outcome });
  }
}
