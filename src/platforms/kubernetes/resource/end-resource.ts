import { setTimeout as delay } from "node:timers/promises";
import type { KubeClient } from "../kube-client.ts";
import { finalizer } from "../pod-names.ts";
import { isKept, type ResourceAttempt } from "./resource-attempt.ts";
import { deleteResource, readResource, releaseResource } from "./resource-calls.ts";
import { resourceName } from "./resource-object.ts";

export interface EndContext {
  readonly client: KubeClient;
  /** So long the last lines of a log may take. */
  readonly drainMs: number;
  /** A step that failed, or an object that is still there, is looked at again after so long, or when something is new. */
  readonly lookAgainMs: number;
  /** What holds an object that is being deleted is told in its log after so long. */
  readonly heldMs: number;
  readonly isClosed: () => boolean;
  /** Writes the outcome down; false where the disk has no room. Nothing is taken away before. */
  readonly account: (attempt: ResourceAttempt) => boolean;
  /** Tells the outcome. */
  readonly tell: (attempt: ResourceAttempt) => void;
}

/**
 * Brings an attempt whose outcome is known to its end: the outcome is written down, then the object is deleted with all that
 * belongs to it. A success is told at once, like what is kept; anything else when the object is seen gone, for only then
 * may another attempt begin. What is not done when we are closed, the next process does.
 */
export async function endResource(
  attempt: ResourceAttempt,
  { isOver }: { /** Its pods print nothing new. */ readonly isOver: boolean },
  context: EndContext,
): Promise<void> {
  const outcome = attempt.outcome!;
  if (isOver) await attempt.logs?.drain(context.drainMs);
  // Its pods are the only other copy of what was not read so far.
  if (context.isClosed()) return;
  while (!context.account(attempt)) if (!(await restOr(attempt, context))) return;
  const isToStay = isKept(outcome, attempt.keep);
  const isToldAtOnce = outcome.evidence.completed || isToStay || attempt.object === undefined;
  if (isToldAtOnce) context.tell(attempt);
  const isRemoved = isToStay ? isLetGo : isToldAtOnce ? isHandedOver : isGone(context.heldMs);
  while (attempt.object !== undefined) {
    const isDone = await isRemoved(attempt, context).catch(() => false);
    if (isDone) break;
    if (!(await restOr(attempt, context))) return;
  }
  await attempt.logs?.drain(isOver ? 0 : context.drainMs);
  await attempt.logs?.close();
  if (!attempt.isTold) context.tell(attempt);
}

/** True when it is time to go on; false when we are closed. */
async function restOr(attempt: ResourceAttempt, { lookAgainMs, isClosed }: EndContext): Promise<boolean> {
  if (isClosed()) return false;
  const rested = new AbortController();
  attempt.wake = () => rested.abort();
  await delay(lookAgainMs, undefined, { signal: rested.signal, ref: false }).catch(() => undefined);
  attempt.wake = () => undefined;
  return !isClosed();
}

type Step = (attempt: ResourceAttempt, context: EndContext) => Promise<boolean>;

/** Its controller may do with it what it likes. */
const isLetGo: Step = async (attempt, { client }) => {
  await letGo(attempt, client, { isKept: true });
  return true;
};

/** The cluster deletes it by itself from then on, after all that belongs to it: nobody waits for that. */
const isHandedOver: Step = async (attempt, { client }) => {
  await letGo(attempt, client, { isKept: false });
  await deleteResource(client, attempt.kind!, attempt.object!);
  return true;
};

/** At once, however often others change it meanwhile: an engine that has told of an end may be closed any moment. */
async function letGo(
  { id, kind, object: last }: ResourceAttempt,
  client: KubeClient,
  how: { readonly isKept: boolean },
): Promise<void> {
  for (let object = last; object !== undefined; object = await readResource(client, kind!, resourceName(id)))
    if (object.metadata.uid !== last!.metadata.uid || (await releaseResource(client, kind!, object, how))) return;
}

/**
 * One step nearer to the end of the object. TRAP: our finalizer is taken away last, and only after a deletion of ours, which
 * waits for what belongs to it: else a deletion by somebody else would leave its pods behind, at work.
 */
function isGone(heldMs: number): Step {
  let isAsked = false;
  let isHeldTold = false;
  const since = performance.now();
  return async ({ id, kind, object: last, logs }, { client }) => {
    if (!isAsked) await deleteResource(client, kind!, last!);
    isAsked = true;
    const object = await readResource(client, kind!, resourceName(id));
    if (object === undefined || object.metadata.uid !== last!.metadata.uid) return true;
    const others = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    if (others.length === 0) {
      await releaseResource(client, kind!, object, { isKept: false });
      return (await readResource(client, kind!, resourceName(id)))?.metadata.uid !== object.metadata.uid;
    }
    if (!isHeldTold && performance.now() - since > heldMs) {
      isHeldTold = true;
      await logs?.note(`it is being deleted, and held by its finalizers: ${others.join(", ")}`);
    }
    return false;
  };
}
