import { assertNever } from "../../core/errors.ts";
import { bindingOf, type NamedProfile, namesIn } from "../../core/profile.ts";
import { readMachine } from "../../platforms/local/machine.ts";
import { unavailable } from "../make-platforms.ts";
import { checkDocker } from "./docker-check.ts";
import { failed, type Finding, ok } from "./finding.ts";
import { checkKubernetes } from "./kubernetes-check.ts";
import { checkLocal } from "./local-check.ts";
import { checkRegistry, imagePlaces } from "./registry-check.ts";

/** Tries out each platform that a profile binds, and the registries of its images; says which profile that is. */
export async function checkPlatforms(
  reading: Promise<NamedProfile>,
  { advertise }: { readonly advertise?: string | undefined } = {},
): Promise<Finding[]> {
  let profile;
  try {
    profile = await reading;
  } catch (thrown) {
    return [failed("profile", thrown)];
  }
  const { name, others } = profile;
  const rest = others === "local" ? "any name that is not bound runs here" : "names that are not bound are refused";
  const findings = [ok("profile", `${name}; ${rest}`)];
  // One after the other: those of one cluster are reached by their pods at the same address.
  for (const platform of namesIn(profile)) findings.push(await checkPlatform(profile, platform, advertise));
  for (const place of imagePlaces(profile)) findings.push(await checkRegistry(place));
  return findings;
}

async function checkPlatform(profile: NamedProfile, name: string, advertise: string | undefined): Promise<Finding> {
  const what = `platform ${name}`;
  const refusal = unavailable(profile, name);
  if (refusal !== undefined) return failed(what, refusal);
  const binding = bindingOf(profile, name)!;
  switch (binding.type) {
    case "local":
      return checkLocal(what, binding, readMachine());
    case "docker":
      return checkDocker(what, { profile, name, binding, advertise });
    case "kubernetes":
      return checkKubernetes(what, { profile, name, binding, advertise });
    default:
      return assertNever(binding);
  }
}
