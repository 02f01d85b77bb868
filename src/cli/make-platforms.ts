import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { assertNever, FlotillaError } from "../core/errors.ts";
import { type Binding, bindingOf, type NamedProfile, namesIn, platformBehind } from "../core/profile.ts";
import { defined } from "../core/defined.ts";
import { DockerPlatform } from "../platforms/docker/docker-platform.ts";
import { lookAtEngine } from "../platforms/docker/look-at-engine.ts";
import { LocalPlatform } from "../platforms/local/local-platform.ts";
import { NoopPlatform } from "../platforms/noop/noop-platform.ts";
import type { Platform } from "../platforms/platform.ts";
import { makeKubernetes, wayTo } from "./make-kubernetes.ts";
import type { Project } from "./open-project.ts";
import { TaskApis } from "./task-apis.ts";
import { usualLogins, withImages } from "./with-images.ts";

interface PlatformsOptions {
  readonly graceMs: number | undefined;
  /** Of the command line; they win over what the profile says of this machine. */
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly advertise: string | undefined;
}

type Place = Pick<Project, "flotilla" | "artifacts">;

/**
 * The real platforms of a profile. Rejects with `PLATFORM_UNAVAILABLE` for a kind that this installation does not have, and
 * with what asking one for its size ends with.
 */
export async function makePlatforms(
  project: Place,
  profile: NamedProfile,
  options: PlatformsOptions,
): Promise<Platform[]> {
  const own = namesIn(profile).filter((name) => name === "local" || platformBehind(profile, name) !== "local");
  return [...(await makePlatformsFor(own, { project, profile, options })), new NoopPlatform()];
}

/** Those that carry out the steps on these names of the profile. Rejects as `makePlatforms` does. */
export async function makePlatformsFor(
  names: readonly string[],
  {
    project,
    profile,
    options,
  }: { readonly project: Place; readonly profile: NamedProfile; readonly options: PlatformsOptions },
): Promise<Platform[]> {
  const { flotilla: directory, artifacts } = project;
  const taskApis = new TaskApis({ directory, artifacts, ...defined({ graceMs: options.graceMs }) });
  const making = { ...options, directory, artifacts, taskApis };
  return Promise.all(names.map((name) => makePlatform(profile, name, making)));
}

interface Making extends PlatformsOptions {
  readonly directory: string;
  readonly artifacts: ArtifactStore;
  readonly taskApis: TaskApis;
}

async function makePlatform(
  profile: NamedProfile,
  bound: string,
  { graceMs, advertise, taskApis, directory, artifacts, ...given }: Making,
): Promise<Platform> {
  const refusal = unavailable(profile, bound);
  if (refusal !== undefined) throw refusal;
  const binding = bindingOf(profile, bound)!;
  const name = platformBehind(profile, bound);
  switch (binding.type) {
    case "local": {
      const { cpus = binding.cpus, memoryBytes = binding.memoryBytes } = bound === "local" ? defined(given) : {};
      const { slots } = binding;
      return new LocalPlatform({ name, directory, artifacts, ...defined({ cpus, memoryBytes, slots, graceMs }) });
    }
    case "docker": {
      const { type: _type, host = dockerHost(), tls: _tls, registry, buildNetwork, ...rest } = binding;
      const size = await sizeOfEngine(host, rest);
      const engine = { directory, artifacts, host };
      const options = { environment: process.env, logins: usualLogins(), ...defined({ ...rest, ...size, graceMs }) };
      const platform = new DockerPlatform({ name, ...engine, ...options });
      return withImages(platform, { ...engine, registry, buildNetwork });
    }
    case "kubernetes": {
      const { builder: host = dockerHost(), registry, buildNetwork } = binding;
      const platform = await makeKubernetes(binding, { name, directory, taskApis, advertise, graceMs });
      return withImages(platform, { directory, artifacts, host, registry, buildNetwork });
    }
    default:
      return assertNever(binding);
  }
}

/** What is not limited by the profile is limited by what the engine has. */
async function sizeOfEngine(
  host: string,
  { cpus, memoryBytes }: Pick<Extract<Binding, { type: "docker" }>, "cpus" | "memoryBytes">,
): Promise<{ readonly cpus: number; readonly memoryBytes: number }> {
  if (cpus !== undefined && memoryBytes !== undefined) return { cpus, memoryBytes };
  const there = await lookAtEngine(host);
  return { cpus: cpus ?? there.cpus, memoryBytes: memoryBytes ?? there.memoryBytes };
}

/** Before anything is stored or served for a profile that cannot be driven here. Throws `PLATFORM_UNAVAILABLE`. */
export function refuseUnavailable(profile: NamedProfile): void {
  for (const name of namesIn(profile)) {
    const refusal = unavailable(profile, name);
    if (refusal !== undefined) throw refusal;
  }
}

/**
 * Before a run is stored that would wait for what does not answer. Rejects with `PLATFORM_UNAVAILABLE`, `DOCKER_UNREACHABLE`,
 * `CLUSTER_ACCESS`, `TASK_API_ADDRESS`.
 */
export async function refuseUnreachable(
  profile: NamedProfile,
  { advertise }: Pick<PlatformsOptions, "advertise">,
): Promise<void> {
  refuseUnavailable(profile);
  const bindings = namesIn(profile).map((name) => bindingOf(profile, name)!);
  const hosts = bindings.flatMap((binding) => (binding.type === "docker" ? (binding.host ?? dockerHost()) : []));
  await Promise.all([...new Set(hosts)].map((host) => lookAtEngine(host)));
  for (const binding of bindings) if (binding.type === "kubernetes") await wayTo(binding, advertise);
}

/** Why a name of a profile cannot be served by this installation; undefined where it can. */
export function unavailable(profile: NamedProfile, name: string): FlotillaError | undefined {
  const lacking = lackingFor(bindingOf(profile, name)!);
  if (lacking === undefined) return undefined;
  return new FlotillaError(
    "PLATFORM_UNAVAILABLE",
    `the profile ${profile.name} binds ${name} to ${lacking}, which this build does not have`,
    { place: { name }, mend: `bind ${name} to local() or to a Docker engine of this machine, or use another profile` },
  );
}

function lackingFor(binding: Binding): string | undefined {
  if (binding.type === "docker" && !(binding.host ?? dockerHost()).startsWith("unix://"))
    return "a Docker engine elsewhere";
  return undefined;
}

/** As for other clients of Docker. */
export function dockerHost(): string {
  return process.env["DOCKER_HOST"] || "unix:///var/run/docker.sock";
}
