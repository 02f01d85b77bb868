import { defined } from "../../core/defined.ts";
import { lookAtEngine } from "../../platforms/docker/look-at-engine.ts";
import { enginesOf } from "../make-docker.ts";
import { type Bound, brokenPromise } from "./bound.ts";
import { failed, type Finding, ok } from "./finding.ts";
import { ranThere } from "./try-out.ts";

/** Whether each engine answers, has what the profile promises of it, and runs a task in its image. */
export async function checkDocker(what: string, bound: Bound<"docker">): Promise<Finding[]> {
  const { hosts } = bound.binding;
  if (hosts === undefined) return [await checkEngine(what, bound)];
  return Promise.all(hosts.map((host) => checkEngine(`${what} at ${host}`, aloneWith(host, bound))));
}

async function checkEngine(what: string, bound: Bound<"docker">): Promise<Finding> {
  const { image, ...promised } = bound.binding;
  const [engine] = enginesOf(bound.binding);
  try {
    const { version, hasImage, ...there } = await lookAtEngine(engine!, image);
    const broken = brokenPromise(what, promised, { ...there, name: "the engine" });
    if (broken !== undefined) return broken;
    const found = `Docker ${version} at ${engine!.host}`;
    if (image === undefined) return ok(what, `${found}; steps name their images`);
    if (hasImage === false) return ok(what, `${found}; image ${image}, which is not there yet and will be pulled`);
    return await ranThere(what, bound, `${found}; a task ran in ${image}`);
  } catch (thrown) {
    return failed(what, thrown);
  }
}

/** As if the platform had this host only. */
function aloneWith(host: string, { profile, name, binding, ...rest }: Bound<"docker">): Bound<"docker"> {
  const alone = { ...defined({ ...binding, hosts: undefined }), host } as typeof binding;
  return { ...rest, name, binding: alone, profile: { ...profile, platforms: { ...profile.platforms, [name]: alone } } };
}
