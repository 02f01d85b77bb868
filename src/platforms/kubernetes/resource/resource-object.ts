import type { AttemptId } from "../../../core/ids.ts";
import { parseAttemptId } from "../../../core/ids.ts";
import type { ResourcePath } from "../../../core/resource-work.ts";
import type { KubeObject } from "../kube-object.ts";
import { managedBy } from "../pod-names.ts";

/** An object of whatever kind, as far as we read it. Its status is its controller's to write, and may hold anything. */
export interface ResourceObject extends KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly status?: unknown;
}

/** TRAP: not the label of pods. There are controllers that hand labels on to theirs, and those are no attempts. */
export const resourceLabel = "flotilla.dev/resource";
/** On one that stays when its task is over: we look at it no more. */
export const keptLabel = "flotilla.dev/kept";
/** Takes those that we look after. */
export const resourceSelector = `${managedBy.name}=${managedBy.value},${resourceLabel},!${keptLabel}`;

/** It is named by its attempt, the same in every engine, so that no attempt can have two. */
export function resourceName(id: AttemptId): string {
  return id;
}

/** The attempt that an object is for, if it is one of ours. */
export function resourceAttemptOf({ metadata }: ResourceObject): AttemptId | undefined {
  const id = metadata.labels?.[resourceLabel];
  const isOurs = metadata.labels?.[managedBy.name] === managedBy.value && id === metadata.name;
  return isOurs && parseAttemptId(id) !== undefined ? (id as AttemptId) : undefined;
}

/** What stands at a path; undefined where it leads nowhere. */
export function valueAt(object: unknown, path: ResourcePath): unknown {
  let value = object;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[part];
  }
  return value;
}
