import { FlotillaError } from "../../core/errors.ts";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import { SshFailure } from "./ssh-connection.ts";

type Why = readonly [pattern: RegExp, mend: string];

/** What `ssh` and the program that it starts say, where a person has to do something about it. */
const ofSsh: readonly Why[] = [
  [
    /host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    "compare the machine's host key with the one that its owner tells you, and put it into known_hosts (`ssh-keyscan` prints it)",
  ],
  [
    /permission denied \(|too many authentication failures/i,
    "give that user's authorized_keys the public key of the user that runs Flotilla; no password is asked for",
  ],
  [/could not resolve hostname/i, "correct the name of the machine"],
  [
    /docker: (command )?not found|command not found.*docker|executable file not found/i,
    "install Docker on that machine, with its command line, where a command over SSH finds it",
  ],
  [
    /permission denied.*docker|dial-stdio.*permission denied|docker daemon socket/i,
    "let that user use Docker there: `usermod -aG docker USER`",
  ],
];

/** What the TLS layer calls what it does not like; all of them are a matter of certificates or of none being spoken. */
const ofTls = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/;

/**
 * Why there was no answer of an engine: `DOCKER_ACCESS` for what is so until somebody mends it, `DOCKER_UNREACHABLE` for what may
 * pass.
 */
export function engineTrouble(host: string, thrown: unknown): FlotillaError {
  if (thrown instanceof FlotillaError) return thrown;
  const at = `the Docker engine at ${host}`;
  const told = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof SshFailure) {
    const known = ofSsh.find(([pattern]) => pattern.test(told));
    if (known !== undefined) return access(`${at} cannot be reached over SSH: ${told}`, known[1], thrown);
  }
  const code = errnoOf(thrown) ?? "";
  if (code === "ENOENT" && told.includes("spawn ssh"))
    return access(`${at} cannot be reached: there is no ssh on this machine`, "install OpenSSH's client", thrown);
  if ((code === "ENOENT" || code === "EACCES") && /open '/.test(told))
    return access(`a certificate for ${at} cannot be read: ${told}`, "correct `tls` in the profile", thrown);
  if (ofTls.test(code))
    return access(
      `${at} and we do not trust each other: ${told}`,
      "`ca` must have signed the engine's certificate, which must name this host; `cert` and `key` must be of an authority that the engine trusts; port 2376 is for TLS, 2375 is not",
      thrown,
    );
  return new FlotillaError("DOCKER_UNREACHABLE", `${at} does not answer: ${told}`, {
    mend: host.startsWith("unix://")
      ? "start it, or correct the address; whoever runs Flotilla must be allowed to use its socket"
      : "start it, or correct the address; a firewall may be in the way, and one that hangs up at once may not trust `cert`",
    cause: thrown,
  });
}

function access(message: string, mend: string, cause: unknown): FlotillaError {
  return new FlotillaError("DOCKER_ACCESS", message, { mend, cause });
}
