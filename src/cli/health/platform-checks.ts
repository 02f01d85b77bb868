import { assertNever } from "../../core/errors.ts";
import { type Binding, bindingOf, type NamedProfile, namesIn } from "../../core/profile.ts";
import { formatBytes } from "../../core/units.ts";
import { type Machine, readMachine } from "../../platforms/local/machine.ts";
import { unavailable } from "../make-platforms.ts";
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
    ...namesIn(profile).map((platform) => checkPlatform(profile, platform, bindingOf(profile, platform)!)),
  ];
}

function checkPlatform(profile: NamedProfile, name: string, binding: Binding): Finding {
  switch (binding.type) {
    case "local":
      return checkLocal(`platform ${name}`, binding, readMachine());
    case "docker":
    case "kubernetes":
      return failed(`platform ${name}`, unavailable(profile, name, binding.type));
    default:
      return assertNever(binding);
  }
}

/** Whether the machine has what the profile promises of it. */
export function checkLocal(
  what: string,
  { cpus, memoryBytes, slots }: Extract<Binding, { type: "local" }>,
  machine: Pick<Machine, "cpus" | "memoryBytes">,
): Finding {
  if (cpus !== undefined && cpus > machine.cpus)
    return missing(what, `promises ${cpus} CPUs, and the machine has ${machine.cpus}`, "promise at most what there is");
  if (memoryBytes !== undefined && memoryBytes > machine.memoryBytes)
    return missing(
      what,
      `promises ${formatBytes(memoryBytes)} of memory, and the machine has ${formatBytes(machine.memoryBytes)}`,
      "promise at most what there is",
    );
  const promised = [
    ...(cpus === undefined ? [] : [`${cpus} CPUs`]),
    ...(memoryBytes === undefined ? [] : [formatBytes(memoryBytes)]),
    ...(slots === undefined ? [] : [`${slots} tasks at once`]),
  ];
  return ok(what, ["this machine", ...promised].join(", "));
}
