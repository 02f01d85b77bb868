import { assertNever, FlotillaError } from "../core/errors.ts";
import { type Binding, bindingOf, type NamedProfile, namesIn, platformBehind } from "../core/profile.ts";
import { LocalPlatform } from "../platforms/local/local-platform.ts";
import { NoopPlatform } from "../platforms/noop/noop-platform.ts";
import type { Platform } from "../platforms/platform.ts";
import type { Project } from "./open-project.ts";

interface PlatformsOptions {
  readonly graceMs: number | undefined;
  /** Of the command line; they win over what the profile says of this machine. */
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
}

type Place = Pick<Project, "flotilla" | "artifacts">;

/** The real platforms of a profile. Throws `PLATFORM_UNAVAILABLE` for a kind that this installation does not have. */
export function makePlatforms(project: Place, profile: NamedProfile, options: PlatformsOptions): Platform[] {
  const real = namesIn(profile).filter((name) => platformBehind(profile, name) === name);
  return [...real.map((name) => makePlatform(project, profile, name, options)), new NoopPlatform()];
}

function makePlatform(
  { flotilla: directory, artifacts }: Place,
  profile: NamedProfile,
  name: string,
  { graceMs, ...given }: PlatformsOptions,
): Platform {
  const binding = bindingOf(profile, name)!;
  switch (binding.type) {
    case "local": {
      const { cpus = binding.cpus, memoryBytes = binding.memoryBytes } = name === "local" ? defined(given) : {};
      const { slots } = binding;
      return new LocalPlatform({ name, directory, artifacts, ...defined({ cpus, memoryBytes, slots, graceMs }) });
    }
    case "docker":
    case "kubernetes":
      throw unavailable(profile, name, binding.type);
    default:
      return assertNever(binding);
  }
}

/** Before anything is stored or served for a profile that cannot be driven here. Throws `PLATFORM_UNAVAILABLE`. */
export function refuseUnavailable(profile: NamedProfile): void {
  for (const name of namesIn(profile)) {
    const { type } = bindingOf(profile, name)!;
    if (type !== "local") throw unavailable(profile, name, type);
  }
}

/** Why a name of a profile cannot be served by this installation. */
export function unavailable(profile: NamedProfile, name: string, type: Binding["type"]): FlotillaError {
  return new FlotillaError(
    "PLATFORM_UNAVAILABLE",
    `the profile ${profile.name} binds ${name} to ${type}, and ${type} platforms are not in this build`,
    { place: { name }, mend: `bind ${name} to local(), or use another profile` },
  );
}

type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
