import { assertNever } from "../../core/errors.ts";
import type { NamedProfile } from "../../core/profile.ts";
import { EngineApi } from "../../platforms/docker/engine-api.ts";
import { lookAtEngine } from "../../platforms/docker/look-at-engine.ts";
import { registryOf } from "../../platforms/images/image-name.ts";
import { lookInRegistry } from "../../platforms/images/look-in-registry.ts";
import { loginHint } from "../../platforms/images/registry-login.ts";
import { dockerHost } from "../make-platforms.ts";
import { usualLogins } from "../with-images.ts";
import { failed, type Finding, missing, ok, optional } from "./finding.ts";

const withinMs = 30_000;

/** Where images of a profile come about. */
export interface ImagePlace {
  readonly registry: string;
  readonly host: string;
}

/** Each registry of a profile, once for each engine that builds for it. */
export function imagePlaces({ platforms }: NamedProfile): ImagePlace[] {
  const places = Object.values(platforms).flatMap((binding): ImagePlace[] => {
    if (binding.type === "local" || binding.registry === undefined) return [];
    const named = binding.type === "docker" ? binding.host : binding.builder;
    return [{ registry: binding.registry, host: named ?? dockerHost() }];
  });
  return [...new Map(places.map((place) => [`${place.host} ${place.registry}`, place])).values()];
}

/** Whether an engine is there to build, and reaches the registry. Nothing is built for it. */
export async function checkRegistry({ registry, host }: ImagePlace): Promise<Finding> {
  const what = `registry ${registry}`;
  try {
    const { version } = await lookAtEngine(host);
    const asking = { logins: usualLogins(), signal: AbortSignal.timeout(withinMs) };
    const look = await lookInRegistry(new EngineApi(host), `${registry}/flotilla:doctor`, asking);
    const mend = loginHint(registryOf(`${registry}/flotilla`));
    switch (look.type) {
      case "there":
      case "absent":
        return ok(what, `reached by Docker ${version} at ${host}, which builds images for it`);
      case "closed":
        return look.hasLogin
          ? optional(what, `whether our login may write there is not to be known: ${look.message}`, mend)
          : missing(what, `does not let us in: ${look.message}`, mend);
      default:
        return assertNever(look);
    }
  } catch (thrown) {
    return failed(what, thrown);
  }
}
