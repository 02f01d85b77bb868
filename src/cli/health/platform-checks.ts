import { assertNever } from "../../core/errors.ts";
import { type Binding, bindingOf, type NamedProfile, namesIn } from "../../core/profile.ts";
import { formatBytes } from "../../core/units.ts";
import { lookAtEngine } from "../../platforms/docker/look-at-engine.ts";
import { type Machine, readMachine } from "../../platforms/local/machine.ts";
import { dockerHost, unavailable } from "../make-platforms.ts";
import { failed, type Finding, missing, ok } from "./finding.ts";

/** Tries out each platform that a profile binds, and says which profile that is. */
export async function checkPlatforms(reading: Promise<NamedProfile>): Promise<Finding[]> {
  let profile;
  try {
    profile = await reading;
  } catch (thrown) {
    return [failed("profile", thrown)];
  }
  const { name, others } = profile;
  const rest = others === "local" ? "any name that is not bound runs here" : "names that are not bound are refused";
  return [
    ok("profile", `${name}; ${rest}`),
    ...(await Promise.all(namesIn(profile).map((platform) => checkPlatform(profile, platform)))),
  ];
}

async function checkPlatform(profile: NamedProfile, name: string): Promise<Finding> {
  const what = `platform ${name}`;
  const refusal = unavailable(profile, name);
  if (refusal !== undefined) return failed(what, refusal);
  const binding = bindingOf(profile, name)!;
  switch (binding.type) {
    case "local":
      return checkLocal(what, binding, readMachine());
    case "docker":
      return checkDocker(what, binding);
    case "kubernetes":
      return ok(what, "Kubernetes");
    default:
      return assertNever(binding);
  }
}

/** Whether the engine answers, has what the profile promises of it, and what its tasks run in. */
export async function checkDocker(
  what: string,
  { host = dockerHost(), image, ...promised }: Extract<Binding, { type: "docker" }>,
): Promise<Finding> {
  try {
    const { version, hasImage, ...there } = await lookAtEngine(host, image);
    const broken = brokenPromise(what, promised, { ...there, name: "the engine" });
    if (broken !== undefined) return broken;
    const images = hasImage === undefined ? "steps name their images" : `image ${image}`;
    const pulled = hasImage === false ? ", which is not there yet and will be pulled" : "";
    return ok(what, `Docker ${version} at ${host}; ${images}${pulled}`);
  } catch (thrown) {
    return failed(what, thrown);
  }
}

/** Whether the machine has what the profile promises of it. */
export function checkLocal(
  what: string,
  { cpus, memoryBytes, slots }: Extract<Binding, { type: "local" }>,
  machine: Pick<Machine, "cpus" | "memoryBytes">,
): Finding {
  const broken = brokenPromise(what, { cpus, memoryBytes }, { ...machine, name: "the machine" });
  if (broken !== undefined) return broken;
  const promised = [
    ...(cpus === undefined ? [] : [`${cpus} CPUs`]),
    ...(memoryBytes === undefined ? [] : [formatBytes(memoryBytes)]),
    ...(slots === undefined ? [] : [`${slots} tasks at once`]),
  ];
  return ok(what, ["this machine", ...promised].join(", "));
}

interface Size {
  readonly cpus: number;
  readonly memoryBytes: number;
}

function brokenPromise(
  what: string,
  { cpus = 0, memoryBytes = 0 }: { readonly [Name in keyof Size]?: Size[Name] | undefined },
  there: Size & { readonly name: string },
): Finding | undefined {
  const [promised, has] =
    cpus > there.cpus
      ? [`${cpus} CPUs`, `${there.cpus}`]
      : memoryBytes > there.memoryBytes
        ? [`${formatBytes(memoryBytes)} of memory`, formatBytes(there.memoryBytes)]
        : [];
  if (promised === undefined) return undefined;
  return missing(what, `promises ${promised}, and ${there.name} has ${has}`, "promise at most what there is");
}
