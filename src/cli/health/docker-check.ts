import { lookAtEngine } from "../../platforms/docker/look-at-engine.ts";
import { dockerHost } from "../make-platforms.ts";
import { type Bound, brokenPromise } from "./bound.ts";
import { failed, type Finding, ok } from "./finding.ts";
import { ranThere } from "./try-out.ts";

/** Whether the engine answers, has what the profile promises of it, and runs a task in its image. */
export async function checkDocker(what: string, bound: Bound<"docker">): Promise<Finding> {
  const { host = dockerHost(), image, ...promised } = bound.binding;
  try {
    const { version, hasImage, ...there } = await lookAtEngine({ host }, image);
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
