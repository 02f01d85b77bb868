import { expect, it } from "vitest";
import { FlotillaError } from "../../core/errors.ts";
import { engineTrouble } from "./engine-trouble.ts";
import { SshFailure } from "./ssh-connection.ts";

const refusedBy = (code: string, message = code): Error => Object.assign(new Error(message), { code });

/** As the programs say it. */
it.each<[string, unknown, string, RegExp]>([
  ["a host key", new SshFailure(255, "Host key verification failed."), "DOCKER_ACCESS", /known_hosts/],
  ["a key", new SshFailure(255, "a@b: Permission denied (publickey)."), "DOCKER_ACCESS", /authorized_keys/],
  [
    "a name",
    new SshFailure(255, "ssh: Could not resolve hostname b: Name or service not known"),
    "DOCKER_ACCESS",
    /name/,
  ],
  ["no Docker", new SshFailure(127, "bash: line 1: docker: command not found"), "DOCKER_ACCESS", /install Docker/],
  ["no Docker, in dash", new SshFailure(127, "sh: 1: docker: not found"), "DOCKER_ACCESS", /install Docker/],
  [
    "its socket",
    new SshFailure(
      1,
      "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
    ),
    "DOCKER_ACCESS",
    /usermod/,
  ],
  ["a daemon that is down", new SshFailure(1, "Cannot connect to the Docker daemon"), "DOCKER_UNREACHABLE", /start it/],
  [
    "a machine that is down",
    new SshFailure(255, "connect to host b port 22: No route to host"),
    "DOCKER_UNREACHABLE",
    /start/,
  ],
  ["an authority that we do not know", refusedBy("SELF_SIGNED_CERT_IN_CHAIN"), "DOCKER_ACCESS", /`ca`/],
  ["an authority that it does not know", refusedBy("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"), "DOCKER_ACCESS", /`cert`/],
  ["another name", refusedBy("ERR_TLS_CERT_ALTNAME_INVALID"), "DOCKER_ACCESS", /name this host/],
  ["a certificate that is old", refusedBy("CERT_HAS_EXPIRED"), "DOCKER_ACCESS", /certificate/],
  ["no TLS at the other end", refusedBy("ERR_SSL_WRONG_VERSION_NUMBER"), "DOCKER_ACCESS", /2375/],
  ["no ssh here", refusedBy("ENOENT", "spawn ssh ENOENT"), "DOCKER_ACCESS", /OpenSSH/],
  ["a file that is not there", refusedBy("ENOENT", "ENOENT: no such file, open 'ca.pem'"), "DOCKER_ACCESS", /`tls`/],
  ["nobody there", refusedBy("ECONNREFUSED"), "DOCKER_UNREACHABLE", /firewall/],
])("an engine that is not reached for %s is told with what to do", (_, thrown, code, mend) => {
  expect(engineTrouble("ssh://a@b", thrown)).toMatchObject({ code, mend: expect.stringMatching(mend) });
});

it("what was told in words already stays as it is", () => {
  const told = new FlotillaError("DOCKER_REFUSED", "no");
  expect(engineTrouble("unix:///s", told)).toBe(told);
});
