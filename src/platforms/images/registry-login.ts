import { dockerHub } from "./image-name.ts";

/** What a registry is shown; it stays in memory, and goes to a Docker engine in a header. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string }
  | { readonly identitytoken: string };

/** Whoever knows the logins of registries; undefined where one has none. */
export type Logins = (registry: string) => Promise<RegistryLogin | undefined>;

/** Everybody's. */
export const noLogins: Logins = () => Promise.resolve(undefined);

/** `X-Registry-Auth`: for the one registry that a request is about. Engines want it also where there is no login. */
export function authHeader(registry: string, login: RegistryLogin | undefined): Record<string, string> {
  return { "x-registry-auth": encoded(login === undefined ? {} : { ...login, serveraddress: registry }) };
}

/** `X-Registry-Config`: for the registries that a build may pull from. */
export function configHeader(registry: string, login: RegistryLogin | undefined): Record<string, string> {
  return { "x-registry-config": encoded(login === undefined ? {} : { [registry]: login }) };
}

/** TRAP: base64 for addresses, and with its padding, which Node leaves out there. */
function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** What a person does about a registry that does not let us in. */
export function loginHint(registry: string): string {
  return `docker login ${registry === dockerHub ? "" : `${registry} `}`.trim();
}
