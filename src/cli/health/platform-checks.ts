import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openDiskStore } from "../../artifacts/disk-store.ts";
import { assertNever, FlotillaError } from "../../core/errors.ts";
import { type Binding, bindingOf, type NamedProfile, namesIn } from "../../core/profile.ts";
import { formatBytes } from "../../core/units.ts";
import { lookAtEngine } from "../../platforms/docker/look-at-engine.ts";
import { type Machine, readMachine } from "../../platforms/local/machine.ts";
import { versionOf } from "../../platforms/kubernetes/cluster-version.ts";
import { wayTo } from "../make-kubernetes.ts";
import { dockerHost, makeThese, unavailable } from "../make-platforms.ts";
import { tryOut } from "./try-out.ts";
import { failed, type Finding, missing, ok, optional } from "./finding.ts";

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
      return checkDocker(what, { profile, name, binding });
    case "kubernetes":
      return checkKubernetes(what, { profile, name, binding });
    default:
      return assertNever(binding);
  }
}

interface Bound<Type extends Binding["type"]> {
  readonly profile: NamedProfile;
  readonly name: string;
  readonly binding: Extract<Binding, { type: Type }>;
}

/** Whether the engine answers, has what the profile promises of it, and runs a task in its image. */
async function checkDocker(what: string, bound: Bound<"docker">): Promise<Finding> {
  const { host = dockerHost(), image, ...promised } = bound.binding;
  try {
    const { version, hasImage, ...there } = await lookAtEngine(host, image);
    const broken = brokenPromise(what, promised, { ...there, name: "the engine" });
    if (broken !== undefined) return broken;
    const engine = `Docker ${version} at ${host}`;
    if (image === undefined) return ok(what, `${engine}; steps name their images`);
    if (hasImage === false) return ok(what, `${engine}; image ${image}, which is not there yet and will be pulled`);
    return await ranThere(what, bound, `${engine}; a task ran in ${image}`);
  } catch (thrown) {
    return failed(what, thrown);
  }
}

/** Whether the cluster answers, and a task of ours runs there and reaches us. */
async function checkKubernetes(what: string, bound: Bound<"kubernetes">): Promise<Finding> {
  try {
    const { access, where } = await wayTo(bound.binding, undefined);
    const cluster = `Kubernetes ${await versionOf(access)} at ${access.server}, namespace ${access.namespace}`;
    const address = where.advertise ?? `${where.host}:${where.port}`;
    if (bound.binding.image === undefined)
      return ok(what, `${cluster}; pods reach us at ${address}; steps name their images`);
    return await ranThere(what, bound, `${cluster}; a pod of ${bound.binding.image} ran and reached us at ${address}`);
  } catch (thrown) {
    if (thrown instanceof FlotillaError && thrown.code === "ADDRESS_TAKEN")
      return optional(
        what,
        "an engine listens for pods at this address already, so none was tried out",
        "end it, and ask again",
      );
    return failed(what, thrown);
  }
}

async function ranThere(
  what: string,
  { profile, name }: Omit<Bound<never>, "binding">,
  said: string,
): Promise<Finding> {
  const flotilla = join(mkdtempSync(join(tmpdir(), "flotilla-doctor-")), ".flotilla");
  const project = { flotilla, artifacts: openDiskStore(flotilla) };
  const options = { graceMs: undefined, cpus: undefined, memoryBytes: undefined, advertise: undefined };
  try {
    const [platform] = await makeThese([name], { project, profile, options });
    const why = await tryOut(platform!);
    return why === undefined
      ? ok(what, said)
      : missing(what, `a task could not run: ${why}`, "see what it says; steps on this platform would end so");
  } finally {
    rmSync(dirname(flotilla), { recursive: true, force: true });
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
