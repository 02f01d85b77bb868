import { readFileSync } from "node:fs";
import { Agent, request as plain, type RequestOptions } from "node:http";
import { Agent as SecureAgent, request as secure } from "node:https";
import { SshAgent } from "./ssh-agent.ts";

/** Paths of PEM files: the authority that signed the engine's certificate, and our own certificate with its key. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** What it takes to be let in, beside an address. */
export interface EngineAccess {
  /** For `tcp://`. */
  readonly tls?: TlsFiles | undefined;
  /** For `ssh://`: a configuration file of OpenSSH's in the place of the user's. */
  readonly sshConfig?: string | undefined;
}

/** How requests come to an engine: nothing else knows whether that is a socket of this machine or one far away. */
export interface EngineWay {
  readonly request: typeof plain;
  readonly options: RequestOptions;
}

/**
 * @param host `unix:///path`, `tcp://host:port`, `ssh://user@machine:port`
 * Throws what reading a certificate throws.
 */
export function wayTo(host: string, { tls, sshConfig }: EngineAccess = {}): EngineWay {
  if (host.startsWith("unix://")) return { request: plain, options: { socketPath: host.slice("unix://".length) } };
  const { protocol, hostname, port } = new URL(host);
  // A request over SSH is told nothing of where it goes: what answers at the other end is the engine.
  if (protocol === "ssh:") return { request: plain, options: { agent: new SshAgent(host, sshConfig), host: "docker" } };
  const where = { host: hostname.replace(/^\[|\]$/g, ""), port };
  if (tls === undefined) return { request: plain, options: { ...where, agent: new Agent({ keepAlive: true }) } };
  const { ca, cert, key } = tls;
  const files = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
  return { request: secure, options: { ...where, agent: new SecureAgent({ ...files, keepAlive: true }) } };
}

/** Whether the engine has the disk of this machine: one that is reached by a socket of it. */
export function sharesOurDisk(host: string): boolean {
  return host.startsWith("unix://");
}
