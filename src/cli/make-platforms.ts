import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { assertNever } from "../core/errors.ts";
import { bindingOf, type NamedProfile, namesIn, platformBehind } from "../core/profile.ts";
import { defined } from "../core/defined.ts";
import { LocalPlatform } from "../platforms/local/local-platform.ts";
import { NoopPlatform } from "../platforms/noop/noop-platform.ts";
import type { Platform } from "../platforms/platform.ts";
import { engineOfEnvironment, makeDocker, refuseUnreachableDocker } from "./make-docker.ts";
import { makeKubernetes, wayTo } from "./make-kubernetes.ts";
import type { Project } from "./open-project.ts";
import { TaskApis } from "./task-apis.ts";
import { withImages } from "./with-images.ts";

interface PlatformsOptions {
  readonly graceMs: number | undefined;
  /** Of the command line; they win over what the profile says of this machine. */
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly advertise: string | undefined;
}

type Place = Pick<Project, "flotilla" | "artifacts">;

/** The real platforms of a profile. Rejects with what asking one for its size ends with. */
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
  const binding = bindingOf(profile, bound)!;
  const name = platformBehind(profile, bound);
  switch (binding.type) {
    case "local": {
      const { cpus = binding.cpus, memoryBytes = binding.memoryBytes } = bound === "local" ? defined(given) : {};
      const { slots } = binding;
      return new LocalPlatform({ name, directory, artifacts, ...defined({ cpus, memoryBytes, slots, graceMs }) });
    }
    case "docker":
      return makeDocker(binding, { name, directory, artifacts, graceMs });
    case "kubernetes": {
      const { builder, registry, buildNetwork } = binding;
      const platform = await makeKubernetes(binding, { name, directory, taskApis, advertise, graceMs });
      const engine = builder === undefined ? engineOfEnvironment() : { host: builder };
      return withImages(platform, { directory, artifacts, engine, registry, buildNetwork });
    }
    default:
      return assertNever(binding);
  }
}

/**
 * Before a run is stored that would wait for what does not answer. Rejects with `DOCKER_UNREACHABLE`, `DOCKER_ACCESS`,
 * `CLUSTER_ACCESS`, `TASK_API_ADDRESS`.
 */
export async function refuseUnreachable(
  profile: NamedProfile,
  { advertise }: Pick<PlatformsOptions, "advertise">,
): Promise<void> {
  const bindings = namesIn(profile).map((name) => bindingOf(profile, name)!);
  const engines = bindings.filter((binding) => binding.type === "docker");
  await Promise.all(engines.map(refuseUnreachableDocker));
  for (const binding of bindings) if (binding.type === "kubernetes") await wayTo(binding, advertise);
}
