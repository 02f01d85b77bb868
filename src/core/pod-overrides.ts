import type { Json, JsonObject } from "./json.ts";

/** What a person may add to the pods of a platform. All else is refused: most fields of a pod lead out of it. */
export interface PodOverrides {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly affinity?: JsonObject;
  readonly topologySpreadConstraints?: readonly Json[];
  readonly runtimeClassName?: string;
  readonly schedulerName?: string;
  readonly dnsConfig?: JsonObject;
  readonly securityContext?: JsonObject;
  readonly volumes?: readonly JsonObject[];
  readonly volumeMounts?: readonly JsonObject[];
  readonly env?: readonly JsonObject[];
}

/** Checks the value of a field; gives what is wrong with it. */
type Check = (value: Json) => string | undefined;

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const object: Check = (value) => (isObject(value) ? undefined : "must be an object");
const text: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "must be a text");
const each =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) ? value.map(check).find((fault) => fault !== undefined) : "must be a list";

const allowed: { readonly [K in keyof PodOverrides]-?: Check } = {
  labels: ownNames,
  annotations: ownNames,
  affinity: object,
  topologySpreadConstraints: each(object),
  runtimeClassName: text,
  schedulerName: text,
  dnsConfig: object,
  securityContext,
  volumes: each(volume),
  volumeMounts: each(volumeMount),
  env: each(variable),
};

/** Why, for the fields that people do ask for. */
const reasons: Readonly<Record<string, string>> = {
  privileged: "it would give the task the whole node",
  hostNetwork: "it would put the task into the network of the node",
  hostPID: "it would show the task every process of the node",
  hostIPC: "it would let the task into the memory that processes of the node share",
  serviceAccountName:
    "it would lend the task somebody else's rights; the profile says serviceAccount, once for the platform",
  serviceAccount:
    "it would lend the task somebody else's rights; the profile says serviceAccount, once for the platform",
  automountServiceAccountToken: "it would hand the task a token of the cluster",
  containers: "a pod of ours has one container, which carries out the attempt",
  initContainers: "a pod of ours has one container, which carries out the attempt",
  nodeName: "it would go past the scheduler; use nodeSelector",
  restartPolicy: "the engine owns the retries",
};

const reasonOf = (name: string): string | undefined => (Object.hasOwn(reasons, name) ? reasons[name] : undefined);

/** What is wrong with overrides, in words: the first field that is not allowed, and why. Undefined where all of them are. */
export function overridesFault(overrides: JsonObject): string | undefined {
  for (const [name, value] of Object.entries(overrides)) {
    const fault = Object.hasOwn(allowed, name)
      ? allowed[name as keyof PodOverrides](value)
      : (reasonOf(name) ?? `it is not among the fields that are allowed: ${Object.keys(allowed).join(", ")}`);
    if (fault !== undefined) return `the pod override ${name} is refused: ${fault}`;
  }
  return undefined;
}

/** Those of a step over those of its platform: what is named by both is the step's, and lists are both. */
export function mergeOverrides(platform: PodOverrides, step: PodOverrides): PodOverrides {
  const merged: Record<string, Json> = { ...(platform as JsonObject) };
  for (const [name, value] of Object.entries(step as JsonObject)) {
    const given = merged[name];
    if (Array.isArray(value) && Array.isArray(given)) merged[name] = [...(given as Json[]), ...(value as Json[])];
    else if (isObject(value) && given !== undefined && isObject(given) && name !== "affinity")
      merged[name] = { ...given, ...value };
    else merged[name] = value;
  }
  return merged as PodOverrides;
}

function ownNames(value: Json): string | undefined {
  if (!isObject(value)) return "must be an object";
  const [name, label] = Object.entries(value).find(([key, held]) => isOurs(key) || typeof held !== "string") ?? [];
  if (name === undefined) return undefined;
  return typeof label === "string" ? `${name} is set by us` : `${name} must be a text`;
}

const isOurs = (name: string): boolean => name.startsWith("flotilla.dev/") || name === "app.kubernetes.io/managed-by";

/** The *restricted* level of Pod Security leaves these free. */
const numbers = ["runAsUser", "runAsGroup", "fsGroup"];

function securityContext(value: Json): string | undefined {
  if (!isObject(value)) return "must be an object";
  for (const [name, held] of Object.entries(value)) {
    if (name === "supplementalGroups") {
      if (!Array.isArray(held)) return "supplementalGroups must be a list";
      continue;
    }
    if (!numbers.includes(name)) return `${name} is not allowed: ${reasonOf(name) ?? "it would weaken the container"}`;
    if (!Number.isInteger(held)) return `${name} must be a whole number`;
    if (name === "runAsUser" && held === 0) return "runAsUser 0 is root";
  }
  return undefined;
}

const volumeKinds = ["emptyDir", "persistentVolumeClaim", "configMap", "secret"];

function volume(value: Json): string | undefined {
  if (!isObject(value)) return "must be objects";
  const kinds = Object.keys(value).filter((name) => name !== "name");
  const [foreign] = kinds.filter((kind) => !volumeKinds.includes(kind));
  if (foreign === "hostPath") return "hostPath would let the task into the disk of the node";
  if (foreign !== undefined)
    return `${foreign} is no kind of volume that is allowed; these are: ${volumeKinds.join(", ")}`;
  if (kinds.length !== 1) return `each needs one of ${volumeKinds.join(", ")}`;
  return ownVolume(value["name"]);
}

function volumeMount(value: Json): string | undefined {
  if (!isObject(value)) return "must be objects";
  return ownVolume(value["name"]);
}

function ownVolume(name: Json | undefined): string | undefined {
  if (typeof name !== "string") return "each needs a name";
  return name.startsWith("flotilla-") ? `the name ${name} is kept for us` : undefined;
}

function variable(value: Json): string | undefined {
  if (!isObject(value) || typeof value["name"] !== "string") return "each needs a name";
  return value["name"].startsWith("FLOTILLA_") ? `${value["name"]} is set by us` : undefined;
}
