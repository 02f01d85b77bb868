import * as z from "zod";
import type { Plan } from "./plan.ts";

/** What names of platforms and profiles look like. */
const name = z.string().regex(/^[a-z][a-zA-Z0-9_-]{0,62}$/, {
  error: "a name begins with a small letter; then letters, digits, - and _, 63 in all at most",
});
const count = z.number().int().positive();
const text = z.string().min(1);
const path = text;

/** What a platform promises to tasks in all. What is absent is not limited, or is what the machine has. */
const limits = { cpus: z.number().positive().optional(), memoryBytes: count.optional(), slots: count.optional() };

const localBinding = z.strictObject({ type: z.literal("local"), ...limits });

/** `unix:///var/run/docker.sock`, `tcp://host:port`, `ssh://user@machine:port`. */
const dockerHost = z
  .string()
  .regex(
    /^(unix:\/\/\/.+|tcp:\/\/(\[[\da-fA-F:]+\]|[^/:@\s]+):\d+|ssh:\/\/([^/:@\s-][^/:@\s]*@)?[\w.][\w.-]*(:\d+)?)$/,
    {
      error: "write unix:///path, tcp://host:port or ssh://user@machine",
    },
  );

const dockerBinding = z.strictObject({
  type: z.literal("docker"),
  /** The engine. */
  host: dockerHost.optional(),
  /** Several: tasks spread over them. What is promised of CPUs and memory is that of each. */
  hosts: z
    .array(dockerHost)
    .min(1)
    .refine((hosts) => new Set(hosts).size === hosts.length, { error: "a host stands there twice" })
    .optional(),
  /** For `tcp://`: the authority that signed the engine's certificate, and our own certificate. */
  tls: z.strictObject({ ca: path, cert: path, key: path }).optional(),
  /** For `ssh://`: a configuration file of OpenSSH's in the place of the user's. */
  sshConfig: path.optional(),
  /** For steps that name none. */
  image: text.optional(),
  ...limits,
  network: text.optional(),
  user: text.optional(),
  volumes: z.array(z.strictObject({ from: path, to: path, readOnly: z.boolean().optional() })).optional(),
  sharedMemoryBytes: count.optional(),
});

const kubernetesBinding = z.strictObject({
  type: z.literal("kubernetes"),
  kubeconfig: path.optional(),
  context: text.optional(),
  namespace: text.optional(),
  /** For steps that name none. */
  image: text.optional(),
  slots: count.optional(),
  serviceAccount: text.optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  tolerations: z.array(z.record(z.string(), z.json())).optional(),
  priorityClass: text.optional(),
  imagePullSecrets: z.array(text).optional(),
  /** Where pods reach the engine, and where it listens for them. */
  advertise: z.url().optional(),
  listen: z
    .string()
    .regex(/^.+:\d+$/, { error: "write host:port" })
    .optional(),
});

const binding = z
  .discriminatedUnion("type", [localBinding, dockerBinding, kubernetesBinding])
  .refine((bound) => bound.type !== "docker" || bound.host === undefined || bound.hosts === undefined, {
    error: "name either host or hosts",
  });
/** The real platform that stands behind a name. */
export type Binding = z.output<typeof binding>;

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
  return Object.fromEntries(steps.map(({ on }) => [on, platformBehind(profile, on)]));
}

/** The plan with real platforms for names: what shares a platform shares its limits. A name that is missing stands for itself. */
export function bindPlan(plan: Plan, behind: Readonly<Record<string, string>>): Plan {
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, on: behind[step.on] ?? step.on })) };
}

/** The names that steps may use in this profile, `local` first. */
export function namesIn({ platforms: bound }: Profile): string[] {
  return ["local", ...Object.keys(bound).filter((platform) => platform !== "local")];
}
