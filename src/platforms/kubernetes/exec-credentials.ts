import { execFile } from "node:child_process";
import { FlotillaError } from "../../core/errors.ts";
import type { Credentials } from "./credentials.ts";

/** A program that gets credentials, as the `exec` of a kubeconfig names it. */
export interface ExecCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint: string | undefined;
}

/** Clouds answer within a second or two; one that asks a person something never does. */
const execAtMostMs = 60_000;

/**
 * Runs a credential plugin, without a shell and with no terminal to ask anything of.
 * @throws FlotillaError `CLUSTER_ACCESS` when it is missing, fails, or prints no credentials
 */
export async function execCredentials(
  { command, args, env, apiVersion, installHint }: ExecCommand,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Credentials> {
  const info = JSON.stringify({ kind: "ExecCredential", apiVersion, spec: { interactive: false } });
  const printed = await run(command, args, { ...environment, ...env, KUBERNETES_EXEC_INFO: info }, installHint);
  let status: unknown;
  try {
    status = (JSON.parse(printed) as { status?: unknown }).status;
  } catch {
    // What it printed may hold a secret: it is not repeated.
    throw refusal(command, "printed something that is not JSON");
  }
  const credentials = credentialsIn(status);
  if (credentials === undefined) throw refusal(command, "printed neither a token nor a certificate with its key");
  return credentials;
}

function credentialsIn(status: unknown): Credentials | undefined {
  if (typeof status !== "object" || status === null) return undefined;
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = status as Record<string, unknown>;
  const hasCertificate = typeof clientCertificateData === "string" && typeof clientKeyData === "string";
  if (typeof token !== "string" && !hasCertificate) return undefined;
  const expiresAt = typeof expirationTimestamp === "string" ? Date.parse(expirationTimestamp) : NaN;
  return {
    ...(typeof token === "string" ? { token } : {}),
    ...(hasCertificate ? { cert: clientCertificateData, key: clientKeyData } : {}),
    ...(Number.isNaN(expiresAt) ? {} : { expiresAt }),
  };
}

function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  installHint: string | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { env, timeout: execAtMostMs }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const missing = error.code === "ENOENT";
      const why = missing ? "is not installed" : `failed: ${lastLine(stderr) || error.message}`;
      reject(refusal(command, why, missing ? installHint : undefined));
    });
    child.stdin?.end();
  });
}

function refusal(command: string, what: string, mend?: string): FlotillaError {
  const message = `${command}, which the kubeconfig names for credentials, ${what}`;
  return new FlotillaError("CLUSTER_ACCESS", message, mend === undefined ? {} : { mend });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)!.slice(0, 500);
}
