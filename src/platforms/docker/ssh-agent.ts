import { Agent, type ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import { SshConnection } from "./ssh-connection.ts";

/** A connection that nothing was asked over for so long is closed. */
const idleMs = 60_000;

/**
 * Connections to an engine over SSH: each is `docker system dial-stdio` on its machine, as Docker's own client has it, and is
 * kept for the next request.
 */
export class SshAgent extends Agent {
  readonly #argv: readonly string[];

  /** @param host `ssh://user@machine:port` */
  constructor(host: string, config?: string) {
    super({ keepAlive: true, maxFreeSockets: 4, timeout: idleMs });
    this.#argv = sshArguments(host, config);
  }

  override createConnection(_options: ClientRequestArgs): Duplex {
    return new SshConnection(this.#argv);
  }
}

/** Nobody is there to answer a question; a machine that has gone is noticed within a minute. */
export function sshArguments(host: string, config?: string): string[] {
  const { username, hostname, port } = new URL(host);
  const options = ["BatchMode=yes", "ConnectTimeout=30", "ServerAliveInterval=15", "ServerAliveCountMax=3"];
  return [
    "-T",
    ...(config === undefined ? [] : ["-F", config]),
    ...options.flatMap((option) => ["-o", option]),
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    // A name that begins with a dash is no option of ours.
    "--",
    hostname.replace(/^\[|\]$/g, ""),
    "docker system dial-stdio",
  ];
}
