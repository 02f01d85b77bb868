import { FlotillaError } from "../../core/errors.ts";
import { type EngineApi, messageIn } from "../docker/engine-api.ts";
import { isHopelessPull } from "../image-pull.ts";
import { registryOf } from "./image-name.ts";
import { authHeader, type Logins } from "./registry-login.ts";

/** What a registry says of an image: that it has it, that it has it not, or nothing to us. */
export type RegistryLook =
  | { readonly type: "there"; readonly digest: string }
  | { readonly type: "absent" }
  | { readonly type: "closed"; readonly message: string; readonly hasLogin: boolean };

/**
 * Asks through a Docker engine, which may know ways to the registry that we have not.
 * Rejects with `DOCKER_REFUSED` where the registry cannot be asked, and as the logins do.
 */
export async function lookInRegistry(
  engine: EngineApi,
  reference: string,
  { logins, signal }: { readonly logins: Logins; readonly signal: AbortSignal },
): Promise<RegistryLook> {
  const registry = registryOf(reference);
  const login = await logins(registry);
  const answer = await engine.await("GET", `/distribution/${reference}/json`, signal, authHeader(registry, login));
  if (answer.status === 200) {
    const { Descriptor } = JSON.parse(answer.body) as { Descriptor: { digest: string } };
    return { type: "there", digest: Descriptor.digest };
  }
  const message = messageIn(answer);
  if (/manifest unknown|name unknown|not found/i.test(message)) return { type: "absent" };
  if (isHopelessPull(message)) return { type: "closed", message, hasLogin: login !== undefined };
  throw new FlotillaError("DOCKER_REFUSED", `the registry of ${reference} cannot be asked: ${message}`, {
    mend: "start it, or correct its address in the profile",
  });
}
