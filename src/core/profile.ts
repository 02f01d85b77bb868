import * as z from "zod";
import { dnsLabel, dnsName } from "./dns-names.ts";
import type { Plan, PlanStep } from "./plan.ts";
import { podOptions, podOptionsFault } from "./pod-options.ts";
import { resourceKind } from "./resource-kinds.ts";
import { secretRef, secretRefs, variableName } from "./secret-ref.ts";
import { secretSources, unknownSecret } from "./secret-sources.ts";

/** What names of platforms and profiles look like. */
const name = z.string().regex(/^[a-z][a-zA-Z0-9_-]{0,62}$/, {
  error: "a name begins with a small letter; then letters, digits, - and _, 63 in all at most",
});
const count = z.number().int().positive();
const text = z.string().min(1);
const path = text;

/** What a platform promises to tasks in all. What is absent is not limited, or is what the machine has. */
const limits = { cpus: z.number().positive().optional(), memoryBytes: count.optional(), slots: count.optional() };

const shortestIdleMs = 60_000;

const localBinding = z.strictObject({ type: z.literal("local"), ...limits });

/** Where the images of `build()` are kept, and how they come about. */
const images = {
  /** `registry.example/team`: they become repositories below it. */
  registry: z
    .string()
    .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/, {
      error: "write it without https:// and without a slash at the end: registry.example/team",
    })
    .optional(),
  /** Of the containers that packages are installed in: a network of the engine, `host` or `none`; its usual one if absent. */
  buildNetwork: text.optional(),
};

const dockerBinding = z.strictObject({
  type: z.literal("docker"),
  /** The engine: `unix:///var/run/docker.sock` or `tcp://host:port`. */
  host: z
    .string()
    .regex(/^(unix:\/\/\/.+|tcp:\/\/[^/:]+:\d+)$/, { error: "write unix:///path or tcp://host:port" })
    .optional(),
  tls: z.strictObject({ ca: path, cert: path, key: path }).optional(),
  /** For steps that name none. */
  image: text.optional(),
  ...images,
  ...limits,
  /** `none`, `host`, or a network of the engine; `none` if absent. */
  network: text.optional(),
  /** `uid:gid` of its tasks; whoever runs Flotilla if absent, and for root whom the image names. */
  user: text.optional(),
  /** Folders of the engine's machine, or its volumes by name, and where they are in a container. */
  volumes: z.array(z.strictObject({ from: path, to: path, readOnly: z.boolean().optional() })).optional(),
  sharedMemoryBytes: count.optional(),
  /** Cards that its tasks may have in all. */
  gpus: count.optional(),
  /** What runs its containers, of those that the engine knows: `runsc`, `nvidia`. */
  runtime: text.optional(),
  /** In the environment of each of its tasks. */
  env: z.record(variableName, z.string()).optional(),
  /** What each of its tasks is given, beside what its step asks for. */
  secrets: secretRefs.optional(),
  /** Where the values of secrets are on this machine, by name and key. */
  secretSources: secretSources.optional(),
});

const kubernetesBinding = z.strictObject({
  type: z.literal("kubernetes"),
  ...podOptions.shape,
  /** That of `KUBECONFIG` or of the home folder if absent; in a pod the cluster's own. */
  kubeconfig: path.optional(),
  /** Of the kubeconfig; its current one if absent. */
  context: text.optional(),
  /** Where its pods are; that of the context if absent. */
  namespace: dnsLabel.optional(),
  /** For steps that name none. */
  image: text.optional(),
  ...images,
  /** The Docker engine that builds images, such as `unix:///var/run/docker.sock`; that of DOCKER_HOST if absent. */
  builder: z
    .string()
    .regex(/^unix:\/\/\/.+$/, { error: "write unix:///path" })
    .optional(),
  /** Has Python 3.9 or newer; stands beside the image of a container step. `image` if absent. */
  helperImage: text.optional(),
  /** So many pods at once. */
  slots: count.optional(),
  /** The kinds that steps may make: `batch/v1/Job`. */
  resources: z.array(resourceKind).optional(),
  /** Of its pods; they get no token of it. */
  serviceAccount: dnsName.optional(),
  /** Secrets of the namespace, for private registries. */
  imagePullSecrets: z.array(dnsName).optional(),
  /** In the environment of each of its tasks; values, or secrets by reference. */
  env: z.record(variableName, z.union([z.string(), secretRef])).optional(),
  /** What each of its tasks is given, beside what its step asks for. */
  secrets: secretRefs.optional(),
  /** What cards are called there; `nvidia.com/gpu` if absent. */
  gpuResource: z
    .string()
    .regex(/^[a-z0-9.-]+\/[A-Za-z0-9._-]+$/, { error: "is no name of a resource, as nvidia.com/gpu is" })
    .optional(),
  /** What a pod may write, where its step does not say. */
  ephemeralStorageBytes: count.optional(),
  /** An attempt that has not begun by then is given up, whatever it waits for; a day if absent. */
  startWithinMs: count.optional(),
  /** An attempt that has not been heard of for so long is ended; never if absent. */
  idleMs: z
    .number()
    .int()
    .min(shortestIdleMs, { error: "a runner speaks every ten seconds; give it a minute at least" })
    .optional(),
  /** Where pods reach the engine; where it listens if absent. */
  advertise: z.url().optional(),
  /** Where it listens for them, as `host:port`; port 7200 of the address that faces the cluster if absent. */
  listen: z
    .string()
    .regex(/^.+:\d+$/, { error: "write host:port" })
    .optional(),
});

const binding = z
  .discriminatedUnion("type", [localBinding, dockerBinding, kubernetesBinding])
  .superRefine((bound, context) => {
    const fault = bound.type === "local" ? undefined : bindingFault(bound);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  });
/** The real platform that stands behind a name. */
export type Binding = z.output<typeof binding>;

/** What is wrong with a binding as a whole. */
function bindingFault(bound: Exclude<Binding, { type: "local" }>): string | undefined {
  if (bound.type === "kubernetes") return podOptionsFault(bound);
  const unknown = unknownSecret(bound.secrets ?? {}, bound.secretSources ?? {});
  return unknown && `secretSources does not say where the secret ${unknown.name} (${unknown.key}) is`;
}

const platforms = z
  .record(name, binding)
  .refine((bound) => !Object.hasOwn(bound, "noop"), { error: "noop does nothing, and cannot be bound" })
  .refine((bound) => !Object.hasOwn(bound, "local") || bound["local"]!.type === "local", {
    error: "local means this machine; bind another name",
  });

const profile = z.strictObject({
  platforms,
  /** What becomes of a name that is not bound: its steps run on this machine, or are refused. */
  others: z.enum(["local", "refused"]),
});

/** Which real platform stands behind each name that steps use. */
export type Profile = z.output<typeof profile>;
export interface NamedProfile extends Profile {
  readonly name: string;
}

/** What a configuration file says. */
export const configuration = z.strictObject({ profiles: z.record(name, profile) });
export type Configuration = z.output<typeof configuration>;

/**
 * There without any file. On a laptop and in CI whatever name a step has runs here; in production nothing that is meant
 * for elsewhere does. A profile of the same name in the file takes the place of the whole.
 */
export const builtInProfiles: Readonly<Record<string, Profile>> = {
  laptop: { platforms: {}, others: "local" },
  ci: { platforms: {}, others: "local" },
  production: { platforms: {}, others: "refused" },
};

/** The profile when none is asked for. */
export const usualProfile = "laptop";

const machine: Binding = { type: "local" };

/** What stands behind a name; undefined where nothing does, as behind `noop`, which needs no real platform. */
export function bindingOf({ platforms: bound, others }: Profile, platform: string): Binding | undefined {
  if (Object.hasOwn(bound, platform)) return bound[platform];
  if (platform === "noop") return undefined;
  return platform === "local" || others === "local" ? machine : undefined;
}

/**
 * The platform that carries out a name's attempts: `local`, or one of the profile's own, `production.gpu`. Names bound to this
 * machine without limits of their own share what it has.
 */
export function platformBehind(profile: NamedProfile, platform: string): string {
  const bound = bindingOf(profile, platform);
  if (bound === undefined || platform === "local") return platform;
  return bound.type === "local" && Object.keys(bound).length === 1 ? "local" : `${profile.name}.${platform}`;
}

/** What stands behind each name that the steps of a plan use. */
export function platformsBehind({ steps }: Pick<Plan, "steps">, profile: NamedProfile): Record<string, string> {
  const used = steps.flatMap(({ on, lastAttemptOn }) => (lastAttemptOn === undefined ? [on] : [on, lastAttemptOn]));
  return Object.fromEntries(used.map((platform) => [platform, platformBehind(profile, platform)]));
}

/** The plan with real platforms for names: what shares a platform shares its limits. A name that is missing stands for itself. */
export function bindPlan(plan: Plan, behind: Readonly<Record<string, string>>): Plan {
  const bound = (platform: string): string => behind[platform] ?? platform;
  const bind = ({ on, lastAttemptOn, ...step }: PlanStep): PlanStep => ({
    ...step,
    on: bound(on),
    ...(lastAttemptOn === undefined ? {} : { lastAttemptOn: bound(lastAttemptOn) }),
  });
  return { ...plan, steps: plan.steps.map(bind) };
}

/** The names that steps may use in this profile, `local` first. */
export function namesIn({ platforms: bound }: Profile): string[] {
  return ["local", ...Object.keys(bound).filter((platform) => platform !== "local")];
}
