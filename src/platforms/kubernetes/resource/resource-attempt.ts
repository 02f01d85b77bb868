import { join } from "node:path";
import { defined } from "../../../core/defined.ts";
import type { AttemptId } from "../../../core/ids.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { ResourceKeep } from "../../../core/resource-work.ts";
import { attemptFolder, makeAttemptFolder, readRecordIfSound, writeRecord } from "../../local/attempt-folder.ts";
import { isRecord } from "../../local/exit-record.ts";
import type { Outcome } from "../../local/inspect-attempt.ts";
import type { AttemptSpec, CancelOptions, Report } from "../../platform.ts";
import type { Pod } from "../pod.ts";
import { podStartedAt } from "../pod-evidence.ts";
import { podWaiting, type Waiting } from "../pod-waiting.ts";
import type { ResourceKind } from "./find-kind.ts";
import { resourceName, type ResourceObject } from "./resource-object.ts";
import type { ResourceLogs } from "./resource-logs.ts";

/**
 * An attempt that this process looks after.
 *
 *     creating   its object is being asked for, again and again while there is no room for it
 *     waiting    it is there, and none of its pods has begun
 *     running    a pod of it has begun; one whose pods are not known runs from its creation on
 *     ending     how it ended is known; it is being taken away
 */
export interface ResourceAttempt {
  readonly id: AttemptId;
  /** Undefined for one that was merely cancelled, or is left over: another process has begun it. */
  readonly spec: AttemptSpec | undefined;
  state: "creating" | "waiting" | "running" | "ending";
  kind: ResourceKind | undefined;
  keep: ResourceKeep;
  object: ResourceObject | undefined;
  /** Of its pods; undefined where nobody asked for their logs. */
  labels: Readonly<Record<string, string>> | undefined;
  logs: ResourceLogs | undefined;
  /** When it was taken, milliseconds of the monotonic clock: what it may wait is counted from here. */
  readonly since: number;
  waiting: Waiting | undefined;
  hopelessSince: number | undefined;
  /** Not before then is it asked for again. */
  createAgainAt: number | undefined;
  cancelled: CancelOptions | undefined;
  outcome: Outcome | undefined;
  isTold: boolean;
  runningReport: Extract<Report, { type: "running" }> | undefined;
  /** Whoever waits for something new of its object. */
  wake: () => void;
}

export function makeResourceAttempt(id: AttemptId, spec: AttemptSpec | undefined, since: number): ResourceAttempt {
  return {
    id,
    spec,
    state: "creating",
    kind: undefined,
    keep: "never",
    object: undefined,
    labels: undefined,
    logs: undefined,
    since,
    waiting: undefined,
    hopelessSince: undefined,
    createAgainAt: undefined,
    cancelled: undefined,
    outcome: undefined,
    isTold: false,
    runningReport: undefined,
    wake: () => undefined,
  };
}

/** Where a person finds it, and what it waits for. */
export function resourceHandle({ id, kind, state, waiting }: ResourceAttempt, namespace: string): JsonObject {
  return {
    namespace,
    ...defined({ kind: kind?.name }),
    resource: resourceName(id),
    ...(waiting === undefined || state === "running" ? {} : { waitsFor: waiting.why }),
  };
}

/** One that was cancelled or timed out never stays: whoever ends it wants its processes gone. */
export function isKept({ evidence }: Outcome, keep: ResourceKeep): boolean {
  if (evidence.completed) return keep === "always";
  return evidence.error !== undefined && keep !== "never";
}

/** When the first of a pod's containers began; undefined if none has. */
export function beganAt(pod: Pod): number | undefined {
  const names = (pod.status?.containerStatuses ?? []).map(({ name }) => name);
  const times = names.flatMap((name) => podStartedAt(pod, name) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What a pod that has not begun waits for, in words. */
export function waitingOf(pod: Pod): Waiting | undefined {
  const names = (pod.spec?.containers ?? []).map(({ name }) => name);
  return names.map((name) => podWaiting(pod, name)).find((waiting) => waiting !== undefined);
}

/** Written down before the object is asked for: where it is found, whoever looks for it. */
export interface ResourceNote {
  readonly kind: ResourceKind;
  readonly keep: ResourceKeep;
}

/** @param directory the project's `.flotilla` folder */
export function noteResource(directory: string, id: AttemptId, note: ResourceNote): void {
  makeAttemptFolder(attemptFolder(directory, id));
  writeRecord(notePath(directory, id), note);
}

export function readNote(directory: string, id: AttemptId): ResourceNote | undefined {
  const note = readRecordIfSound(notePath(directory, id));
  return isRecord(note) && isRecord(note["kind"]) ? (note as unknown as ResourceNote) : undefined;
}

function notePath(directory: string, id: AttemptId): string {
  return join(attemptFolder(directory, id).root, "resource.json");
}
