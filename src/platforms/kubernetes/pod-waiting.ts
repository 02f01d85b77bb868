import { isHopelessPull, pullInShort } from "../image-pull.ts";
import { ownStatuses } from "./carried-pod.ts";
import type { KubeAnswer } from "./kube-client.ts";
import type { ContainerStatus, Pod, PodCondition } from "./pod.ts";

/**
 * Why an attempt has not begun. `hopeless`: nobody but a person mends it (an image that does not exist, a right that is
 * missing). Otherwise it may pass by itself: room, an outage of a registry.
 */
export interface Waiting {
  readonly hopeless: boolean;
  readonly why: string;
}

/** Reasons after which the kubelet tries again and again, always in vain. */
const hopelessReasons = new Set([
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
  "ImageInspectError",
]);
const pullReasons = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "SignatureValidationFailed"]);
/** What a pod that has not begun waits for, in words; undefined while it merely takes its time. */
export function podWaiting(pod: Pod, container?: string): Waiting | undefined {
  const statuses = container === undefined ? ownStatuses(pod) : statusesOf(pod, container);
  const waits = statuses.find(({ state }) => isTrouble(state?.waiting?.reason));
  const { reason = "", message = "" } = waits?.state?.waiting ?? {};
  if (pullReasons.has(reason)) return imageWaiting(imageOf(pod, waits!.name), message);
  if (hopelessReasons.has(reason)) return { hopeless: true, why: withHint(reason, message) };
  if (reason === "CreateContainerError") return { hopeless: false, why: `its container cannot be made: ${message}` };
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  return scheduled?.status === "False" ? roomWaiting(scheduled) : undefined;
}

/**
 * The node of a pod that runs does not answer, in words; undefined where it does. A control plane that misses a node takes the word of
 * its kubelet back, and gives no reason; a kubelet always gives one.
 */
export function nodeAway({ spec, status }: Pod): string | undefined {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const runs = status?.containerStatuses?.some(({ state }) => state?.running !== undefined) ?? false;
  if (!runs || ready === undefined || ready.status === "True" || (ready.reason ?? "") !== "") return undefined;
  const node = spec?.nodeName ?? "";
  return `its node ${node} does not answer; its task may still run there, so nothing takes its place until the node is back, or is deleted from the cluster`;
}

function statusesOf({ status }: Pod, container: string): readonly ContainerStatus[] {
  return status?.containerStatuses?.filter(({ name }) => name === container) ?? [];
}

/** Otherwise it waits for another, or takes its time. */
function isTrouble(reason = ""): boolean {
  return pullReasons.has(reason) || hopelessReasons.has(reason) || reason === "CreateContainerError";
}

function imageOf({ spec }: Pod, container: string): string {
  const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return all.find(({ name }) => name === container)?.image ?? "";
}

function imageWaiting(image: string, message: string): Waiting {
  const hopeless = isHopelessPull(message);
  return {
    hopeless,
    why: `the image ${image} cannot be pulled: ${pullInShort(message)}${hopeless ? imageHint(message) : ""}`,
  };
}

function imageHint(message: string): string {
  if (/no match for platform|no matching manifest/.test(message))
    return "; it is made for other processors than its node has";
  return "; is its name right, and has the profile imagePullSecrets for a private registry?";
}

function withHint(reason: string, message: string): string {
  if (/runAsNonRoot|non-numeric user/.test(message))
    return `its container may not run as root: ${message}; set securityContext.runAsUser in the overrides`;
  return `its container can never start (${reason}): ${message}`;
}

function roomWaiting({ reason, message = "" }: PodCondition): Waiting {
  if (reason === "SchedulingGated") return { hopeless: false, why: `it is held back by a scheduling gate: ${message}` };
  if (/persistentvolumeclaim "[^"]*" not found/.test(message))
    return { hopeless: true, why: `a volume that it asks for is not in the namespace of its pods: ${message}` };
  return { hopeless: false, why: `no node has room: ${message}` };
}

/** What keeps a pod from being created, where the answer is a refusal. */
export function creationWaiting({ status, body }: KubeAnswer): Waiting {
  const message = typeof body["message"] === "string" ? body["message"] : `status ${status}`;
  if (status === 403 && message.includes("exceeded quota")) return quotaWaiting(message);
  if (status === 403 && message.includes("status unknown for quota"))
    return { hopeless: false, why: `a quota of its namespace is not counted yet: ${message}` };
  if (status === 403 && message.includes("forbidden: error looking up service account"))
    return { hopeless: true, why: `its service account is missing: ${message}` };
  if (status === 403 && message.includes("violates PodSecurity"))
    return { hopeless: true, why: `its namespace does not admit it: ${message}` };
  if (status === 403)
    return {
      hopeless: true,
      why: `the cluster does not let us create it: ${message}; deploy/kubernetes/role.yaml has all that the engine must be allowed`,
    };
  if (status === 404)
    return { hopeless: true, why: `its namespace does not exist: ${message}; make it, or name another in the profile` };
  return { hopeless: true, why: `the cluster refuses its pod: ${message}` };
}

/** `exceeded quota: q, requested: pods=1, used: pods=4, limited: pods=4`; what alone is more than the limit never fits. */
function quotaWaiting(message: string): Waiting {
  const amounts = (word: string): Map<string, number> => {
    const list = new RegExp(`${word}: ([^ ]+(?:,[^ ]+)*)`).exec(message)?.[1] ?? "";
    const pairs = list.split(",").map((pair) => pair.split("="));
    return new Map(pairs.flatMap(([name, amount]) => (amount ? [[name!, quantity(amount)]] : [])));
  };
  const limited = amounts("limited");
  const neverFits = [...amounts("requested")].some(([name, amount]) => amount > (limited.get(name) ?? Infinity));
  const why = neverFits
    ? "it asks for more than the quota of its namespace is in all"
    : "the quota of its namespace is used up";
  return { hopeless: neverFits, why: `${why}: ${message.slice(message.indexOf("exceeded quota"))}` };
}

const suffixes: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `500m`, `2`, `512Mi`: Kubernetes writes amounts so. */
function quantity(text: string): number {
  const [, number = "", suffix = ""] = /^([0-9.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  return Number(number) * (suffix === "" ? 1 : (suffixes[suffix] ?? NaN));
}
