import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import { FlotillaError } from "../../core/errors.ts";
import { dockerHub } from "./image-name.ts";
import type { Logins, RegistryLogin } from "./registry-login.ts";

/** `config.json`, as far as we read it. */
export interface DockerConfig {
  readonly auths?: Readonly<Record<string, StoredLogin>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

interface StoredLogin {
  /** `user:password` in base64. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/** A helper that waits for a person would wait for ever. */
const helperWithinMs = 20_000;

/**
 * The logins that `docker login` left in a folder, with its credential helpers. They are read anew each time: whoever logs in
 * need not start us again. Rejects with `TASK_CONFIG` where the file or a helper cannot be used; what a helper printed is
 * not told, as it may hold a secret.
 * @param folder `~/.docker`
 */
export function dockerLogins(folder: string): Logins {
  return async (registry) => {
    const config = await readConfig(join(folder, "config.json"));
    const helper = helperFor(config, registry);
    const known = helper === undefined ? undefined : await askHelper(helper, registry);
    return known ?? storedLogin(config, registry);
  };
}

async function readConfig(file: string): Promise<DockerConfig> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as DockerConfig;
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return {};
    // The words of a parser quote what they stumbled over.
    throw new FlotillaError("TASK_CONFIG", `the logins in ${file} cannot be read: it is no JSON, or not for us`);
  }
}

/** The program that knows the login of a registry. */
export function helperFor({ credHelpers = {}, credsStore }: DockerConfig, registry: string): string | undefined {
  const suffix = Object.hasOwn(credHelpers, registry) ? credHelpers[registry] : credsStore;
  return suffix === undefined || suffix === "" ? undefined : `docker-credential-${suffix}`;
}

/** What stands in the file itself, under any of the forms that an address may have there. */
export function storedLogin({ auths = {} }: DockerConfig, registry: string): RegistryLogin | undefined {
  const entry = Object.entries(auths).find(([address]) => address === registry || hostOf(address) === hostOf(registry));
  const { auth = "", username, password, identitytoken } = entry?.[1] ?? {};
  if (identitytoken !== undefined && identitytoken !== "") return { identitytoken };
  if (username !== undefined && password !== undefined) return { username, password };
  const text = Buffer.from(auth, "base64").toString();
  const colon = text.indexOf(":");
  return colon === -1 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

async function askHelper(program: string, registry: string): Promise<RegistryLogin | undefined> {
  const { stdout, failed } = await new Promise<{ stdout: string; failed: string | undefined }>((resolve) => {
    const child = execFile(program, ["get"], { timeout: helperWithinMs, maxBuffer: 1 << 20 }, (error, output) =>
      resolve({ stdout: output, failed: error === null ? undefined : String(error.code ?? error.signal) }),
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(registry);
  });
  // Helpers agree on these words for a registry that they do not know, and on little else.
  if (/credentials not found|no credentials server URL/i.test(stdout)) return undefined;
  const login = failed === undefined ? parsed(stdout) : undefined;
  if (login !== undefined) return login;
  throw new FlotillaError(
    "TASK_CONFIG",
    `${program} does not tell the login of ${registry === dockerHub ? "Docker Hub" : registry} (${failed ?? "its answer is no login"}); ask it yourself: echo ${registry} | ${program} get`,
  );
}

function parsed(answer: string): RegistryLogin | undefined {
  try {
    const { Username, Secret } = JSON.parse(answer) as { Username?: string; Secret?: string };
    if (typeof Username !== "string" || typeof Secret !== "string") return undefined;
    return Username === "<token>" ? { identitytoken: Secret } : { username: Username, password: Secret };
  } catch {
    return undefined;
  }
}
