import { assertNever } from "../../core/errors.ts";
import type { NamedProfile } from "../../core/profile.ts";
import { EngineApi } from "../../platforms/docker/engine-api.ts";
import { lookAtEngine } from "../../platforms/docker/look-at-engine.ts";
import { registryOf } from "../../platforms/images/image-name.ts";
import { lookInRegistry } from "../../platforms/images/look-in-registry.ts";
import { loginHint } from "../../platforms/images/registry-login.ts";
import { type Engine, engineOfEnvironment, enginesOf } from "../make-docker.ts";
import { usualLogins } from "../with-images.ts";
import { failed, type Finding, missing, ok, optional } from "./finding.ts";

const withinMs = 30_000;

/** Where images of a profile come about. */
export interface ImagePlace {
  readonly registry: string;
  readonly engine: Engine;
}

/** Each registry of a profile, once for each engine that builds for it. */
export function imagePlaces({ platforms }: NamedProfile): ImagePlace[] {
  const places = Object.values(platforms).flatMap((binding): ImagePlace[] => {
    if (binding.type === "local" || binding.registry === undefined) return [];
    const { registry } = binding;
    if (binding.type === "docker") return [{ registry, engine: enginesOf(binding)[0]! }];
    return [{ registry, engine: binding.builder === undefined ? engineOfEnvironment() : { host: binding.builder } }];
  });
  return [...new Map(places.map((place) => [`${place.engine.host} ${place.registry}`, place])).values()];
}

/** Whether an engine is there to build, and reaches the registry. Nothing is built for it. */
export async function checkRegistry({ registry, engine }: ImagePlace): Promise<Finding> {
  const what = `registry ${registry}`;
  try {
    const { version } = await lookAtEngine(engine);
    const asking = { logins: usualLogins(), signal: AbortSignal.timeout(withinMs) };
    const look = await lookInRegistry(new EngineApi(engine.host, engine), `${registry}/flotilla:doctor`, asking);
    const mend = loginHint(registryOf(`${registry}/flotilla`));
    switch (look.type) {
      case "there":
      case "absent":
        return ok(what, `reached by Docker ${version} at ${engine.host}, which builds images for it`);
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
