import type { AttemptId } from "../../core/ids.ts";
import { parseAttemptId } from "../../core/ids.ts";
import type { Pod } from "./pod.ts";

/** On every pod of ours; a watch takes those that carry it. */
export const managedBy = { name: "app.kubernetes.io/managed-by", value: "flotilla" } as const;
export const attemptLabel = "flotilla.dev/attempt";
export const runLabel = "flotilla.dev/run";
/** The container that carries out the attempt; others in the pod are not ours. */
export const taskContainer = "task";
/** Keeps a pod's end readable, whoever deletes it, until that end is accounted for. */
export const finalizer = "flotilla.dev/accounted";

/** A pod is named by its attempt: a DNS label, the same in every engine, so that no attempt can have two. */
export function podName(id: AttemptId): string {
  return id;
}

/** The attempt that a pod is for, if it is one of ours. */
export function attemptOf({ metadata }: Pod): AttemptId | undefined {
  const id = metadata.labels?.[attemptLabel];
  const isOurs = metadata.labels?.[managedBy.name] === managedBy.value && id === metadata.name;
  return isOurs && parseAttemptId(id) !== undefined ? (id as AttemptId) : undefined;
}
