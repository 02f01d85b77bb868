import { defined } from "../../core/defined.ts";
import type { Evidence } from "../../core/evidence.ts";
import { isForAnotherMachine } from "../image-pull.ts";
import { endOfProgram } from "../exit-code.ts";
import { fetchContainer, fetchStatus, isCarried } from "./carried-pod.ts";
import type { ContainerStatus, Pod, PodCondition, Terminated } from "./pod.ts";
import { taskContainer } from "./pod-names.ts";

/** Somebody's wish to end the attempt, ours among them, or what its runner handed in before it ended. */
export interface EndContext {
  /** What the attempt's own runner said, as far as it came to that. */
  readonly handedIn?: Evidence;
  readonly endedByUs?: "cancel" | "timeout";
  /** We took its pod away because nothing was heard of it, in words. */
  readonly silence?: string;
}

/**
 * A pod that will do nothing more. A phase alone does not say so: a pod that is evicted may be called Failed while its
 * container still winds up. One that is deleted before it had a node has nobody to end it.
 */
export function isOver(pod: Pod): boolean {
  const { phase, initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  if (phase === "Succeeded" || phase === "Failed")
    return [...initContainerStatuses, ...containerStatuses].every(({ state }) => state?.running === undefined);
  return pod.metadata.deletionTimestamp !== undefined && pod.spec?.nodeName === undefined;
}

/** When the task's container, or another, began, milliseconds since 1970; undefined if it has not. */
export function podStartedAt(pod: Pod, container: string = taskContainer): number | undefined {
  const state = statusOf(pod, container)?.state;
  return timeOf(state?.running?.startedAt ?? state?.terminated?.startedAt);
}

/**
 * What a pod that is over tells of its attempt, together with what its runner handed in. The runner knows better how the
 * task ended, the pod how its surroundings did: so the one's exit code stands, and the other's reasons are added.
 */
export function podEvidence(pod: Pod, { handedIn, endedByUs, silence }: EndContext): Evidence {
  const terminated = taskStatus(pod)?.state?.terminated;
  const isSilent = silence !== undefined && handedIn?.completed !== true;
  const seen = isSilent ? { gone: silence + onNode(pod.spec?.nodeName) } : surroundings(pod, terminated, handedIn);
  return {
    ...ownEnd(terminated),
    completed: false,
    ...(handedIn !== undefined && (isSilent || wasEndedFromOutside(pod, handedIn)) ? withoutError(handedIn) : handedIn),
    ...placeOf(pod),
    ...seen,
    ...(handedIn?.completed === true ? podsWord(terminated) : {}),
    ...(endedByUs === undefined ? {} : { endedByUs }),
  };
}

/** Of an attempt whose pod is there no more, and whose end nobody saw. */
export function goneEvidence(last: Pod | undefined, { handedIn, endedByUs }: EndContext): Evidence {
  const node = last?.spec?.nodeName;
  return {
    completed: false,
    ...handedIn,
    ...(node === undefined ? {} : { host: node }),
    ...(endedByUs === undefined ? { gone: `its pod was deleted by somebody, by force${onNode(node)}` } : { endedByUs }),
  };
}

/** What was done to the attempt from outside; the order is that of certainty. */
function surroundings(pod: Pod, terminated: Terminated | undefined, handedIn: Evidence | undefined): Partial<Evidence> {
  const { status, spec, metadata } = pod;
  const node = onNode(spec?.nodeName);
  if (terminated?.reason === "OOMKilled") return outOfMemory(pod, handedIn);
  if (status?.reason === "DeadlineExceeded") return { endedByUs: "timeout" };
  if (status?.reason === "Evicted" && isOwnLimit(status.message)) return overDisk(status.message!, node);
  const disrupted = disruption(pod);
  // The condition may be stale: it is set before the deletion, which may then not come.
  if (disrupted !== undefined && (handedIn?.error === undefined || wasEndedFromOutside(pod, handedIn)))
    return { gone: `${disruptions[disrupted.reason ?? ""] ?? disrupted.reason}${node}: ${disrupted.message ?? ""}` };
  if (status?.reason === "Evicted")
    return { gone: `the node ran short and evicted it${node}: ${status.message ?? ""}` };
  if (isCannotRun(terminated) || (handedIn === undefined && isForAnotherMachine(terminated?.message ?? "")))
    return { config: { code: "TASK_CONFIG", message: cannotRun(pod, terminated!) } };
  if (terminated === undefined && handedIn === undefined) return neverBegan(pod);
  if (terminated?.reason === "ContainerStatusUnknown") return { gone: `nobody knows how its container ended${node}` };
  if (metadata.deletionTimestamp !== undefined && handedIn?.completed !== true && !hasOwnError(pod, handedIn))
    return { gone: `its pod was deleted by somebody${node}` };
  if (terminated?.exitCode === 0 && handedIn === undefined) return { gone: nothingHandedIn(pod, node) };
  return {};
}

function nothingHandedIn(pod: Pod, node: string): string {
  return isCarried(pod)
    ? `it ended with exit code 0, and what takes its outputs was ended before it had them${node}`
    : `it ended with exit code 0 and handed nothing in${node}, as when a node shuts down`;
}

function disruption({ status }: Pod): PodCondition | undefined {
  return status?.conditions?.find(({ type, status: is }) => type === "DisruptionTarget" && is === "True");
}

/**
 * The task was asked to end, by somebody else than us: what it threw then is no fault of its own. A pod that is merely being
 * deleted may have failed before; its runner knows whether it was asked.
 */
function wasEndedFromOutside(pod: Pod, handedIn: Evidence): boolean {
  const isEnded = pod.metadata.deletionTimestamp !== undefined || pod.status?.reason !== undefined;
  return isEnded && (disruption(pod) !== undefined || handedIn.gone !== undefined);
}

function hasOwnError(pod: Pod, handedIn: Evidence | undefined): boolean {
  return handedIn?.error !== undefined && !wasEndedFromOutside(pod, handedIn);
}

function withoutError({ error: _error, ...rest }: Evidence): Evidence {
  return rest;
}

/** Reasons of the condition are informative only; what matters is its type. */
const disruptions: Readonly<Record<string, string>> = {
  PreemptionByScheduler: "it was preempted by a pod of higher priority",
  EvictionByEvictionAPI: "its node was drained",
  DeletionByTaintManager: "its node was tainted",
  DeletionByPodGC: "its node is gone",
  TerminationByKubelet: "its node shut down or ran short",
};

function outOfMemory(pod: Pod, handedIn: Evidence | undefined): Partial<Evidence> {
  const limit = pod.spec?.containers.find(({ name }) => name === taskContainer)?.resources?.limits?.["memory"];
  const limitBytes = limit !== undefined && /^\d+$/.test(limit) ? { limitBytes: Number(limit) } : {};
  // The runner's counter may have told more exactly who it was.
  return { outOfMemory: handedIn?.outOfMemory ?? { seenBy: "runtime", ...limitBytes } };
}

/** The kubelet evicts for a limit of the pod's own with the same reason as when the node runs short. */
function isOwnLimit(message: string | undefined): boolean {
  return message !== undefined && /exceed(s|ed) (its|the) .*(limit|storage)|exceeds the (total )?limit/i.test(message);
}

function overDisk(message: string, node: string): Partial<Evidence> {
  const advice = "ask for more `disk` in `resources`, or let it grow with `retry.disk.upTo`";
  const text = `it wrote more than it may${node}: ${message.trim()} ${advice}`;
  return { diskFull: true, error: { type: "EphemeralStorage", message: text } };
}

function isCannotRun(terminated: Terminated | undefined): boolean {
  return terminated?.reason === "StartError" || terminated?.reason === "ContainerCannotRun";
}

function cannotRun(pod: Pod, { message = "" }: Terminated): string {
  const image = pod.spec?.containers.find(({ name }) => name === taskContainer)?.image ?? "";
  if (isForAnotherMachine(message))
    return `the image ${image} is made for another kind of processor than that of the node: ${message}`;
  const program = /exec: "([^"]+)": .*(executable file not found|no such file)/.exec(message)?.[1];
  if (program === undefined || isCarried(pod)) return `the image ${image} cannot be run: ${message}`;
  return `the image ${image} has no ${program}; steps need Python 3.9 or newer in their image`;
}

/** What was to bring the inputs did not, and had no time to say why, or no Python to say it with. */
function notFetched(pod: Pod, terminated: Terminated): Partial<Evidence> {
  const { exitCode, message = "" } = terminated;
  if (pod.metadata.deletionTimestamp !== undefined) return { neverStarted: "its pod was deleted before it began" };
  const image = pod.spec?.initContainers?.find(({ name }) => name === fetchContainer)?.image ?? "";
  if (isCannotRun(terminated)) {
    const said = `the helper image ${image} cannot be run; it needs Python 3.9 or newer: ${message}`;
    return { config: { code: "TASK_CONFIG", message: said } };
  }
  return { neverStarted: `what brings its inputs (${image}) ended with exit code ${exitCode}: ${message}` };
}

/** The node refused it, or it was deleted while it waited. */
function neverBegan(pod: Pod): Partial<Evidence> {
  const { status, spec, metadata } = pod;
  const fetched = fetchStatus(pod)?.state?.terminated;
  if (fetched !== undefined && fetched.exitCode !== 0) return notFetched(pod, fetched);
  if (status?.phase === "Failed") {
    const said = [status.reason, status.message].filter((part) => part !== undefined && part !== "").join(": ");
    return { neverStarted: `the node ${spec?.nodeName ?? ""} did not admit it: ${said}` };
  }
  if (metadata.deletionTimestamp !== undefined) return { neverStarted: "its pod was deleted before it began" };
  return { neverStarted: "its container never began" };
}

/** On which node it runs, and in which image, as far as that is known. */
export function placeOf(pod: Pod): Pick<Evidence, "host" | "image"> {
  // Older runtimes put a scheme in front.
  const image = taskStatus(pod)?.imageID?.replace(/^[a-z-]+:\/\//, "") || undefined;
  return defined({ host: pod.spec?.nodeName, image });
}

/** Of the container that does the work. */
export function taskStatus(pod: Pod): ContainerStatus | undefined {
  return statusOf(pod, taskContainer);
}

function statusOf(pod: Pod, container: string): ContainerStatus | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === container);
}

function ownEnd(terminated: Terminated | undefined): Partial<Evidence> {
  if (terminated === undefined) return {};
  const startedAt = timeOf(terminated.startedAt);
  const endedAt = timeOf(terminated.finishedAt);
  return {
    ...podsWord(terminated),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

/** A success needs both: the runner's marker and a good end of the pod. */
function podsWord(terminated: Terminated | undefined): Partial<Evidence> {
  return terminated === undefined ? {} : endOfProgram(terminated.exitCode);
}

function onNode(node: string | undefined): string {
  return node === undefined ? "" : ` (on node ${node})`;
}

/** Milliseconds since 1970. TRAP: of a container that could not be begun the beginning of 1970 is told. */
export function timeOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(ms) || ms === 0 ? undefined : ms;
}
