import { homedir } from "node:os";
import { join } from "node:path";
import { defined } from "../core/defined.ts";
import type { Binding } from "../core/profile.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { DockerHosts } from "../platforms/docker/docker-hosts.ts";
import type { HostSize } from "../platforms/docker/docker-host.ts";
import { DockerPlatform } from "../platforms/docker/docker-platform.ts";
import { type EngineAccess, sharesOurDisk } from "../platforms/docker/engine-way.ts";
import { lookAtEngine } from "../platforms/docker/look-at-engine.ts";
import type { Platform } from "../platforms/platform.ts";
import { usualLogins, withImages } from "./with-images.ts";

type DockerBinding = Extract<Binding, { type: "docker" }>;
/** Where an engine is, and what it takes to be let in. */
export type Engine = { readonly host: string } & EngineAccess;

interface DockerOptions {
  readonly name: string;
  readonly directory: string;
  readonly artifacts: ArtifactStore;
  readonly graceMs: number | undefined;
}

/** One engine of this machine, or the hosts that a binding names. Rejects with what asking for a size ends with. */
export async function makeDocker(binding: DockerBinding, options: DockerOptions): Promise<Platform> {
  const { type: _type, host: _host, hosts: _hosts, tls: _tls, sshConfig: _ssh, ...given } = binding;
  const { cpus, memoryBytes, gpus, registry, buildNetwork, ...rest } = given;
  const engines = enginesOf(binding);
  const hosts = await sizesOf(engines, { cpus, memoryBytes, gpus });
  const { graceMs, ...place } = options;
  const surroundings = { environment: process.env, logins: usualLogins() };
  const all = { ...place, ...surroundings, ...defined({ ...rest, graceMs }) };
  const engine = engines[0]!;
  const { host, ...access } = engine;
  const platform =
    engines.length === 1 && sharesOurDisk(host)
      ? new DockerPlatform({ ...all, host, ...sizeIn(hosts[0]!) })
      : new DockerHosts({ ...all, ...access, hosts });
  return withImages(platform, { ...place, engine, registry, buildNetwork });
}

/** What a binding leads to; without a host, to what other clients of Docker use. */
export function enginesOf({ host, hosts, tls, sshConfig }: DockerBinding): Engine[] {
  const named = hosts ?? (host === undefined ? undefined : [host]);
  if (named === undefined) return [engineOfEnvironment()];
  return named.map((one) => ({ host: one, ...defined({ tls, sshConfig }) }));
}

/** As other clients of Docker read them: `DOCKER_HOST`, `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH`. */
export function engineOfEnvironment(): Engine {
  const { DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = process.env;
  const host = DOCKER_HOST || "unix:///var/run/docker.sock";
  if (!host.startsWith("tcp://") || !DOCKER_TLS_VERIFY) return { host };
  const at = (file: string): string => join(DOCKER_CERT_PATH || join(homedir(), ".docker"), file);
  return { host, tls: { ca: at("ca.pem"), cert: at("cert.pem"), key: at("key.pem") } };
}

/** Rejects, with what the first one says, where none of the engines of a binding answers. */
export async function refuseUnreachableDocker(binding: DockerBinding): Promise<void> {
  await anyOf(enginesOf(binding).map((engine) => lookAtEngine(engine)));
}

/** What is not limited by the profile is limited by what each engine has. One that is away is no reason to do without the others. */
async function sizesOf(
  engines: readonly Engine[],
  { cpus, memoryBytes, gpus }: HostSize,
): Promise<({ readonly host: string } & HostSize)[]> {
  if (cpus !== undefined && memoryBytes !== undefined)
    return engines.map(({ host }) => ({ host, cpus, memoryBytes, gpus }));
  const looks = engines.map((engine) => lookAtEngine(engine));
  await anyOf(looks);
  const there = await Promise.allSettled(looks);
  return engines.map(({ host }, index) => {
    const look = there[index]!;
    const size = look.status === "fulfilled" ? look.value : { cpus: undefined, memoryBytes: undefined };
    return { host, cpus: cpus ?? size.cpus, memoryBytes: memoryBytes ?? size.memoryBytes, gpus };
  });
}

function sizeIn({ cpus, memoryBytes, gpus }: HostSize): { cpus?: number; memoryBytes?: number; gpus?: number } {
  return defined({ cpus, memoryBytes, gpus });
}

async function anyOf(looks: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(looks);
  if (outcomes.some(({ status }) => status === "fulfilled")) return;
  throw (outcomes[0] as PromiseRejectedResult).reason;
}
