import { existsSync } from "node:fs";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { removeFolder } from "../../artifacts/remove-folder.ts";
import type { JsonObject } from "../../core/json.ts";
import { readRecord, readRecordIfSound } from "../local/attempt-folder.ts";
import { isOnDisk } from "../local/output-path.ts";
import { finishAttempt } from "../local/finish-attempt.ts";
import { parseOutcome } from "../local/inspect-attempt.ts";
import type { Outcome } from "../local/inspect-attempt.ts";
import { goneEvidence } from "../local/own-evidence.ts";
import type { AttemptSpec, Report } from "../platform.ts";
import { writeAllDurably } from "./durable.ts";
import { parseHandIn } from "./hand-in.ts";
import type { HandIn } from "./hand-in.ts";
import { toldCancel } from "./heartbeat.ts";
import { bytesOf } from "./kept-file.ts";
import { mostMissingTold } from "./limits.ts";
import type { TaskApiLimits } from "./limits.ts";
import { refusedOutput } from "./output-list.ts";
import { missingContents, placeOutputs } from "./place-outputs.ts";
import { Refusal } from "./refusal.ts";
import type { RemoteAttempt } from "./remote-attempt.ts";
import { taskOf } from "./started.ts";

export interface FinisherOptions {
  readonly artifacts: ArtifactStore;
  readonly limits: TaskApiLimits;
  readonly report: (report: Report) => void;
}

/** Takes the last word of attempts, and makes of it and of what came before the outcome that is reported. */
export class Finisher {
  readonly #options: FinisherOptions;

  constructor(options: FinisherOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the outcome is on the disk and reported: then its runner may go, and with it all that it has.
   * @throws Refusal 409 with what is missing
   */
  async handIn(attempt: RemoteAttempt, handIn: HandIn, text: string): Promise<void> {
    if (outcomeOf(attempt) !== undefined) return;
    if (!attempt.isHandedIn) {
      const missing = await this.#missing(attempt, handIn);
      if (missing !== undefined) throw new Refusal(409, { missing });
      const list = handIn.outputs === undefined ? undefined : attempt.outputs(this.#options.limits.outputs);
      if (list !== undefined) await placeOutputs(list, attempt.folder.outputs, attempt.uploads);
      const exit = handIn.exit && { path: attempt.folder.exit, content: JSON.stringify(handIn.exit) };
      await writeAllDurably([...(exit === undefined ? [] : [exit]), { path: attempt.handedInPath, content: text }]);
    }
    await this.finish(attempt);
  }

  /** Of one that has handed in, in this process or an earlier one. */
  finish(attempt: RemoteAttempt): Promise<void> {
    return (attempt.finishing ??= this.#finish(attempt).finally(() => {
      attempt.finishing = undefined;
    }));
  }

  async #finish(attempt: RemoteAttempt): Promise<void> {
    const { spec, folder, id } = attempt;
    if (spec === undefined) return;
    const outcome = outcomeOf(attempt) ?? (await this.#outcome(attempt, spec));
    await writeAllDurably([{ path: folder.ended, content: JSON.stringify(outcome) }]);
    this.#options.report({ type: "ended", attempt: id, at: outcome.evidence.endedAt ?? Date.now(), ...outcome });
    for (const path of [attempt.uploadsPath, folder.outputs]) await removeFolder(path).catch(() => undefined); // gc finds what is left
  }

  async #outcome(attempt: RemoteAttempt, spec: AttemptSpec): Promise<Outcome> {
    const { folder } = attempt;
    const { host, exit, changedInputs } = parseHandIn(readRecord(attempt.handedInPath));
    const list = attempt.outputs(this.#options.limits.outputs);
    const ended = {
      spec,
      folder,
      cancelled: toldCancel(attempt),
      task: taskOf(attempt),
      elsewhere: { changedInputs, refused: list && refusedOutput(list) },
    };
    if (exit === undefined) return { evidence: goneEvidence(ended, host), outputs: {} };
    return finishAttempt(this.#options.artifacts, ended, host);
  }

  /** What the runner said it has, and we have not. */
  async #missing(attempt: RemoteAttempt, handIn: HandIn): Promise<JsonObject | undefined> {
    const { folder } = attempt;
    const [log, progress] = [await bytesOf(folder.log), await bytesOf(folder.progress)];
    const list = handIn.outputs === undefined ? undefined : attempt.outputs(this.#options.limits.outputs);
    const isListMissing =
      handIn.outputs === undefined ? owesOutputs(attempt, handIn) : attempt.outputListDigest() !== handIn.outputs;
    const contents = list === undefined ? [] : missingContents(list, folder.outputs, attempt.uploads, mostMissingTold);
    const missing: JsonObject = {
      ...(log < handIn.logBytes ? { log } : {}),
      ...(progress < handIn.progressBytes ? { progress } : {}),
      ...(isListMissing ? { list: true } : {}),
      ...(contents.length > 0 ? { contents: contents.map(({ digest }) => digest) } : {}),
    };
    return Object.keys(missing).length > 0 ? missing : undefined;
  }
}

/** What was found out and reported, in this process or an earlier one. */
export function outcomeOf({ folder }: RemoteAttempt): Outcome | undefined {
  return existsSync(folder.ended) ? parseOutcome(readRecordIfSound(folder.ended)) : undefined;
}

/** A task that has done its work has something to say of its files, and be it that there are none. */
function owesOutputs({ spec }: RemoteAttempt, { exit }: HandIn): boolean {
  return exit?.["completed"] === true && spec !== undefined && Object.values(spec.outputs).some(isOnDisk);
}
