import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { findCluster } from "./kubeconfig.ts";
import type { ClusterAccess, ClusterChoice } from "./kubeconfig.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A kubeconfig as `kubectl config view` prints one, with this user. */
function kubeconfig(user: string, folder = temporaryFolder()): { folder: string; path: string } {
  const path = join(folder, "config");
  const text = `apiVersion: v1
kind: Config
current-context: here
contexts:
- name: here
  context: { cluster: near, user: me, namespace: team }
- name: there
  context: { cluster: far, user: me }
clusters:
- name: near
  cluster:
    server: https://10.0.0.1:6443/
    certificate-authority-data: ${base64("CA")}
- name: far
  cluster: { server: "https://far.test", insecure-skip-tls-verify: true, tls-server-name: inner.test }
users:
- name: me
  user: ${user}
`;
  writeFileSync(path, text);
  return { folder, path };
}

const open = (path: string, more: Partial<ClusterChoice> = {}): ClusterAccess =>
  findCluster({ kubeconfig: path, environment: process.env, ...more });

describe("a kubeconfig", () => {
  it("leads to the cluster of its current context", async () => {
    const { path } = kubeconfig("{ token: secret }");
    const access = open(path);
    expect(access).toMatchObject({ server: "https://10.0.0.1:6443", namespace: "team", ca: "CA", insecure: false });
    expect(await access.readCredentials()).toEqual({ token: "secret" });
  });

  it("leads to that of a context that is named, and to another namespace", () => {
    const { path } = kubeconfig("{ token: secret }");
    expect(open(path, { context: "there", namespace: "mine" })).toMatchObject({
      server: "https://far.test",
      namespace: "mine",
      insecure: true,
      serverName: "inner.test",
    });
    expect(open(path, { context: "there" }).namespace).toBe("default");
  });

  it("holds certificate and key, or names the files in which they are, beside it", async () => {
    const data = kubeconfig(`{ client-certificate-data: ${base64("CERT")}, client-key-data: ${base64("KEY")} }`);
    expect(await open(data.path).readCredentials()).toEqual({ cert: "CERT", key: "KEY" });
    const files = kubeconfig("{ client-certificate: me.crt, client-key: keys/me.key }");
    mkdirSync(join(files.folder, "keys"));
    writeFileSync(join(files.folder, "me.crt"), "CERT2");
    writeFileSync(join(files.folder, "keys/me.key"), "KEY2");
    expect(await open(files.path).readCredentials()).toEqual({ cert: "CERT2", key: "KEY2" });
  });

  it("names a file with a token, which is read again when it is asked for again", async () => {
    const { folder, path } = kubeconfig("{ tokenFile: token }");
    writeFileSync(join(folder, "token"), "first\n");
    const access = open(path);
    expect(await access.readCredentials()).toMatchObject({ token: "first", expiresAt: expect.any(Number) });
    writeFileSync(join(folder, "token"), "second\n");
    expect(await access.readCredentials()).toMatchObject({ token: "second" });
  });

  it("names a program that gets credentials, which is run without a shell", async () => {
    const { folder, path } = kubeconfig(
      `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ./get, args: ["a b;c"], env: [{ name: WHO, value: me }] } }`,
    );
    plugin(
      folder,
      `const { apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
       const token = [process.argv[2], process.env.WHO, apiVersion].join("|");
       console.log(JSON.stringify({ status: { token, expirationTimestamp: "2030-01-01T00:00:00Z" } }));`,
    );
    expect(await open(path).readCredentials()).toEqual({
      token: "a b;c|me|client.authentication.k8s.io/v1",
      expiresAt: Date.parse("2030-01-01T00:00:00Z"),
    });
  });

  it.each([
    ["fails", `console.error("first\\nnot logged in"); process.exit(1)`, /get.* failed: not logged in/],
    ["prints something else", `console.log("hello")`, /not JSON/],
    ["has none", `console.log(JSON.stringify({ status: {} }))`, /neither a token nor a certificate/],
  ])("says so when that program %s", async (_title, script, message) => {
    const { folder, path } = kubeconfig("{ exec: { apiVersion: v1, command: ./get } }");
    plugin(folder, script);
    await expect(open(path).readCredentials()).rejects.toMatchObject({
      code: "CLUSTER_ACCESS",
      message: expect.stringMatching(message),
    });
  });

  it("gives the hint of a program that is not installed", async () => {
    const { path } = kubeconfig("{ exec: { apiVersion: v1, command: no-such-plugin, installHint: get it at x } }");
    await expect(open(path).readCredentials()).rejects.toMatchObject({
      message: expect.stringContaining("is not installed"),
      mend: "get it at x",
    });
  });

  it.each([
    ["an unknown context", { context: "elsewhere" }, "{}", /no context "elsewhere"; there are: here, there/],
    ["a user with a password", {}, "{ username: a, password: b }", /user name and a password/],
    ["an auth-provider", {}, "{ auth-provider: { name: gcp } }", /auth-provider/],
  ])("refuses %s", (_title, choice, user, message) => {
    const { path } = kubeconfig(user);
    expect(() => open(path, choice)).toThrow(message);
  });

  it.each([
    ["no YAML", "a: [", /is not YAML/],
    ["a bomb of aliases", "a: &a [1]\nb: [*a, *a]", /is not YAML/],
    ["something else", "- 1", /is not a kubeconfig/],
    ["no context", "contexts: []", /no current context/],
  ])("is refused when it is %s", (_title, text, message) => {
    const path = join(temporaryFolder(), "config");
    writeFileSync(path, text);
    expect(() => open(path)).toThrow(message);
  });
});

describe("where a cluster is found", () => {
  it("is KUBECONFIG, and then the home folder", () => {
    const { path } = kubeconfig("{}");
    expect(findCluster({ environment: { KUBECONFIG: `${path}:/other` } }).namespace).toBe("team");
    const home = temporaryFolder();
    mkdirSync(join(home, ".kube"));
    kubeconfig("{}", join(home, ".kube"));
    expect(findCluster({ environment: { HOME: home } }).namespace).toBe("team");
  });

  it("is the one that this process runs in, with a token that is renewed", async () => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries({ token: "t1", namespace: "inside\n", "ca.crt": "CA" }))
      writeFileSync(join(folder, name), text);
    const environment = { HOME: folder, KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" };
    const access = findCluster({ environment, serviceAccountFolder: folder });
    expect(access).toMatchObject({ server: "https://[fd00::1]:6443", namespace: "inside", ca: "CA" });
    writeFileSync(join(folder, "token"), "t2");
    expect(await access.readCredentials()).toMatchObject({ token: "t2" });
  });

  it("is nowhere, and is said so", () => {
    expect(() => findCluster({ environment: { HOME: temporaryFolder() } })).toThrow(/no kubeconfig/);
  });
});

function plugin(folder: string, script: string): void {
  const path = join(folder, "get");
  writeFileSync(path, `#!${process.execPath}\n${script}\n`);
  chmodSync(path, 0o755);
}
