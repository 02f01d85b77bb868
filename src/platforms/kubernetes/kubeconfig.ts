import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { FlotillaError } from "../../core/errors.ts";
import type { Credentials } from "./credentials.ts";
import { execCredentials } from "./exec-credentials.ts";
import type { ExecCommand } from "./exec-credentials.ts";

/** How one namespace of one cluster is reached. */
export interface ClusterAccess {
  /** `https://10.0.0.1:6443`, without a slash at its end. */
  readonly server: string;
  readonly namespace: string;
  /** The certificate authority of the server, in PEM; undefined for those that the system trusts. */
  readonly ca: string | undefined;
  readonly serverName: string | undefined;
  /** The server may show any certificate. */
  readonly insecure: boolean;
  /** Gets the credentials anew, from where they come. */
  readonly readCredentials: () => Promise<Credentials>;
}

export interface ClusterChoice {
  /** A kubeconfig; by default the first of `KUBECONFIG`, then `~/.kube/config`, then the cluster that this process runs in. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where a pod finds its service account; only tests say. */
  readonly serviceAccountFolder?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws FlotillaError `CLUSTER_ACCESS` where there is no kubeconfig, or it is not one, or lacks what it names */
export function findCluster(choice: ClusterChoice): ClusterAccess {
  const { environment } = choice;
  const named = choice.kubeconfig ?? environment["KUBECONFIG"]?.split(":").find((path) => path !== "");
  const usual = join(environment["HOME"] ?? "/", ".kube", "config");
  if (named !== undefined) return readKubeconfig(resolve(named), choice);
  if (existsSync(usual)) return readKubeconfig(usual, choice);
  const inside = insideCluster(choice);
  if (inside !== undefined) return inside;
  throw new FlotillaError("CLUSTER_ACCESS", "there is no kubeconfig, and this process does not run in a cluster", {
    mend: "name one in the profile (kubeconfig), or in KUBECONFIG",
  });
}

function insideCluster({ environment, namespace, serviceAccountFolder }: ClusterChoice): ClusterAccess | undefined {
  const folder = serviceAccountFolder ?? "/var/run/secrets/kubernetes.io/serviceaccount";
  const host = environment["KUBERNETES_SERVICE_HOST"];
  if (host === undefined || !existsSync(join(folder, "token"))) return undefined;
  const address = host.includes(":") ? `[${host}]` : host;
  return {
    server: `https://${address}:${environment["KUBERNETES_SERVICE_PORT"] ?? "443"}`,
    namespace: namespace ?? readText(join(folder, "namespace")).trim(),
    ca: readText(join(folder, "ca.crt")),
    serverName: undefined,
    insecure: false,
    readCredentials: async () => tokenOfFile(join(folder, "token")),
  };
}

/** The kubelet writes a new token into the file long before the old one expires. */
function tokenOfFile(path: string): Credentials {
  return { token: readText(path).trim(), expiresAt: Date.now() + 90_000 };
}

function readKubeconfig(path: string, choice: ClusterChoice): ClusterAccess {
  const refuse = (what: string): FlotillaError =>
    new FlotillaError("CLUSTER_ACCESS", `the kubeconfig ${path} ${what}`, {
      place: { file: path },
      mend: "correct it, or name another: kubeconfig in the profile, or KUBECONFIG",
    });
  let config: unknown;
  try {
    // Aliases are what bombs are made of, and no kubeconfig has any.
    config = parse(readText(path), { maxAliasCount: 0 });
  } catch (thrown) {
    if (thrown instanceof FlotillaError) throw thrown;
    throw refuse(`is not YAML: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  if (!isFields(config)) throw refuse("is not a kubeconfig");

  const contextName = choice.context ?? config["current-context"];
  if (typeof contextName !== "string" || contextName === "")
    throw refuse("says no current context; name one in the profile (context)");
  const named = (list: string, name: unknown, member: string): Fields => {
    const entries = Array.isArray(config[list]) ? (config[list] as unknown[]).filter(isFields) : [];
    const entry = entries.find((candidate) => candidate["name"] === name);
    const names = entries.map((candidate) => String(candidate["name"])).join(", ");
    if (entry === undefined || !isFields(entry[member]))
      throw refuse(`has no ${member} ${JSON.stringify(name)}; there are: ${names === "" ? "none" : names}`);
    return entry[member];
  };
  const context = named("contexts", contextName, "context");
  const cluster = named("clusters", context["cluster"], "cluster");
  const user = context["user"] === undefined ? {} : named("users", context["user"], "user");

  const server = textOf(cluster, "server");
  if (server === undefined || !/^https?:\/\//.test(server)) throw refuse("says no server for its cluster");
  const folder = dirname(path);
  return {
    server: server.replace(/\/+$/, ""),
    namespace: choice.namespace ?? textOf(context, "namespace") ?? "default",
    ca: dataOrFile(cluster, "certificate-authority", folder),
    serverName: textOf(cluster, "tls-server-name"),
    insecure: cluster["insecure-skip-tls-verify"] === true,
    readCredentials: credentialsOf(user, folder, choice, refuse),
  };
}

function credentialsOf(
  user: Fields,
  folder: string,
  { environment }: ClusterChoice,
  refuse: (what: string) => FlotillaError,
): () => Promise<Credentials> {
  if (isFields(user["exec"])) {
    const command = execCommand(user["exec"], folder);
    if (command === undefined) throw refuse("has an exec without a command or an apiVersion");
    return () => execCredentials(command, environment);
  }
  if (user["auth-provider"] !== undefined)
    throw refuse("has an auth-provider, which Kubernetes has given up; use an exec credential plugin");
  if (user["username"] !== undefined)
    throw refuse("has a user name and a password, which Kubernetes has given up; use a token or a certificate");
  const tokenFile = textOf(user, "tokenFile");
  return async () => {
    const token = tokenFile === undefined ? undefined : tokenOfFile(resolve(folder, tokenFile));
    return {
      ...(textOf(user, "token") === undefined ? {} : { token: textOf(user, "token")! }),
      ...token,
      ...optional("cert", dataOrFile(user, "client-certificate", folder)),
      ...optional("key", dataOrFile(user, "client-key", folder)),
    };
  };
}

/** A command with a slash is relative to the kubeconfig; any other is looked for on PATH. */
function execCommand(exec: Fields, folder: string): ExecCommand | undefined {
  const command = textOf(exec, "command");
  const apiVersion = textOf(exec, "apiVersion");
  if (command === undefined || apiVersion === undefined) return undefined;
  const env = Array.isArray(exec["env"]) ? (exec["env"] as unknown[]).filter(isFields) : [];
  return {
    command: command.includes("/") ? resolve(folder, command) : command,
    args: Array.isArray(exec["args"]) ? exec["args"].map(String) : [],
    env: Object.fromEntries(env.map(({ name, value }) => [String(name), String(value)])),
    apiVersion,
    installHint: textOf(exec, "installHint"),
  };
}

/** `<name>-data` in base 64, or the file of `<name>`; the data wins, as for kubectl. */
function dataOrFile(fields: Fields, name: string, folder: string): string | undefined {
  const data = textOf(fields, `${name}-data`);
  if (data !== undefined) return Buffer.from(data, "base64").toString();
  const path = textOf(fields, name);
  return path === undefined ? undefined : readText(resolve(folder, path));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new FlotillaError("CLUSTER_ACCESS", `${path} cannot be read: ${why}`, {
      place: { file: path },
      mend: "name the right one in the profile (kubeconfig), or in KUBECONFIG",
    });
  }
}

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function optional<Name extends string>(name: Name, value: string | undefined): { [name in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [name in Name]?: string };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
