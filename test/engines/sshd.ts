import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { until } from "../e2e/project.ts";
import { findProgram } from "./command.ts";

export const sshPrograms = ["sshd", "ssh", "ssh-keygen", "docker"];

/** Why tests cannot reach a machine over SSH here; undefined when they can. */
export const noSsh: string | undefined = ((): string | undefined => {
  if (process.getuid?.() !== 0) return "an sshd of the tests' own needs root";
  const missing = sshPrograms.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return undefined;
  return `there is no ${missing.join(", no ")}: \`npm run engines -- up docker\` installs what is missing`;
})();

export interface RunningSshd {
  /** `ssh://user@127.0.0.1:…` */
  readonly host: string;
  /** A configuration of OpenSSH's client that knows this machine, and is known to it. */
  readonly config: string;
  /** The same with another key of ours, or another list of the keys of machines. */
  readonly configWith: (other: { readonly key?: string; readonly knownHosts?: string }) => string;
  /** A key that is not known to it. */
  readonly strangersKey: string;
  readonly stop: () => void;
}

/** A real sshd on a port of the loopback address, with keys of its own; commands run over it use the engine at `dockerHost`. What it needs lies in the folder. */
export async function startSshd(dockerHost: string, folder: string): Promise<RunningSshd> {
  const at = (name: string): string => join(folder, name);
  for (const name of ["host", "client", "stranger"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  // sshd wants it, whoever starts it; the system makes it anew with each boot.
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const port = await freePort();
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${at("host")}`,
    `AuthorizedKeysFile ${at("client.pub")}`,
    "PidFile none",
    "UsePAM no",
    "StrictModes no",
    "PasswordAuthentication no",
    "PermitRootLogin prohibit-password",
    `SetEnv DOCKER_HOST=${dockerHost}`,
  ];
  writeFileSync(at("sshd_config"), `${lines.join("\n")}\n`);
  const [, hostKey] = readFileSync(at("host.pub"), "utf8").split(" ");
  writeFileSync(at("known_hosts"), `[127.0.0.1]:${port} ssh-ed25519 ${hostKey}\n`);
  let configs = 0;
  const configWith: RunningSshd["configWith"] = ({ key = at("client"), knownHosts = at("known_hosts") }) => {
    const path = at(`config-${++configs}`);
    const own = [`IdentityFile ${key}`, "IdentitiesOnly yes", `UserKnownHostsFile ${knownHosts}`];
    writeFileSync(path, `${own.join("\n")}\n`);
    chmodSync(path, 0o600);
    return path;
  };
  const sshd = spawn(findProgram("sshd")!, ["-D", "-e", "-f", at("sshd_config")], { stdio: "ignore" });
  await listening(port, sshd);
  const host = `ssh://${userInfo().username}@127.0.0.1:${port}`;
  return { host, config: configWith({}), configWith, strangersKey: at("stranger"), stop: () => void sshd.kill() };
}

async function listening(port: number, sshd: ChildProcess): Promise<void> {
  await until(
    async () => {
      if (sshd.exitCode !== null) throw new Error(`sshd ended with ${sshd.exitCode}`);
      const socket = connect(port, "127.0.0.1");
      try {
        await once(socket, "connect");
        return true;
      } catch {
        return false;
      } finally {
        socket.destroy();
      }
    },
    "sshd listens",
    10_000,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
