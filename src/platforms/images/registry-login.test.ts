import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { dockerLogins, type DockerConfig, helperFor, storedLogin } from "./docker-config.ts";
import { dockerHub, registryOf, repositoryOf } from "./image-name.ts";
import { authHeader, configHeader } from "./registry-login.ts";

describe("the name of an image", () => {
  it.each([
    ["python:3.12", dockerHub, "python"],
    ["team/train", dockerHub, "team/train"],
    ["docker.io/library/python@sha256:ab", dockerHub, "docker.io/library/python"],
    ["ghcr.io/team/train:1", "ghcr.io", "ghcr.io/team/train"],
    ["127.0.0.1:5000/train@sha256:ab", "127.0.0.1:5000", "127.0.0.1:5000/train"],
    ["registry.example:5000/a/b:1@sha256:ab", "registry.example:5000", "registry.example:5000/a/b"],
    ["localhost/train:1", "localhost", "localhost/train"],
  ])("%s says where it is kept", (image, registry, repository) => {
    expect(registryOf(image)).toBe(registry);
    expect(repositoryOf(image)).toBe(repository);
  });
});

const ada = Buffer.from("ada:se:cret").toString("base64");

describe("Docker's configuration", () => {
  it.each<[string, DockerConfig, string, unknown]>([
    ["nothing", {}, "ghcr.io", undefined],
    [
      "a login, whose password has a colon",
      { auths: { "ghcr.io": { auth: ada } } },
      "ghcr.io",
      { username: "ada", password: "se:cret" },
    ],
    ["another registry's", { auths: { "ghcr.io": { auth: ada } } }, "quay.io", undefined],
    ["another port's", { auths: { "a.example": { auth: ada } } }, "a.example:5000", undefined],
    [
      "an address as older clients wrote it",
      { auths: { "https://a.example/v1/": { auth: ada } } },
      "a.example",
      { username: "ada", password: "se:cret" },
    ],
    [
      "Docker Hub's",
      { auths: { [dockerHub]: { username: "ada", password: "x" } } },
      dockerHub,
      { username: "ada", password: "x" },
    ],
    ["a token", { auths: { "a.example": { auth: ada, identitytoken: "t" } } }, "a.example", { identitytoken: "t" }],
    ["an entry that a helper has the rest of", { auths: { "a.example": {} } }, "a.example", undefined],
  ])("of %s", (_, config, registry, login) => expect(storedLogin(config, registry)).toEqual(login));

  it.each<[DockerConfig, string | undefined]>([
    [{}, undefined],
    [{ credsStore: "desktop" }, "docker-credential-desktop"],
    [{ credsStore: "desktop", credHelpers: { "a.example": "ecr-login" } }, "docker-credential-ecr-login"],
    [{ credHelpers: { "b.example": "gcloud" } }, undefined],
    [{ credsStore: "desktop", credHelpers: { "a.example": "" } }, undefined],
  ])("%j names the program that knows", (config, program) => expect(helperFor(config, "a.example")).toBe(program));
});

describe("logins", () => {
  afterEach(() => vi.unstubAllEnvs());

  /** A configuration with this, and a helper that does that with the registry that it is asked for. */
  function withHelper(script: string, config: DockerConfig = { credsStore: "test" }): string {
    const folder = temporaryFolder();
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    writeFileSync(join(bin, "docker-credential-test"), `#!/bin/sh\nread -r registry\n${script}\n`);
    chmodSync(join(bin, "docker-credential-test"), 0o755);
    vi.stubEnv("PATH", `${bin}${delimiter}${process.env["PATH"] ?? ""}`);
    return folder;
  }

  it("are nobody's without a configuration", async () => {
    expect(await dockerLogins(temporaryFolder())("ghcr.io")).toBeUndefined();
  });

  it.each([
    [`echo '{"Username":"'"$registry"'","Secret":"s"}'`, { username: "a.example", password: "s" }],
    [`echo '{"Username":"<token>","Secret":"t"}'`, { identitytoken: "t" }],
    [`echo "credentials not found in native keychain"; exit 1`, undefined],
  ])("come from a helper: %s", async (script, login) => {
    expect(await dockerLogins(withHelper(script))("a.example")).toEqual(login);
  });

  it("of the file count where a helper knows none", async () => {
    const config = { credsStore: "test", auths: { "a.example": { auth: ada } } };
    const folder = withHelper("echo 'credentials not found'; exit 1", config);
    expect(await dockerLogins(folder)("a.example")).toEqual({ username: "ada", password: "se:cret" });
  });

  it.each(["echo 'the secret is s3cret'; exit 1", "echo s3cret", `echo '{"Secret":"s3cret"}'`, "exit 0"])(
    "fail where a helper does (%s), without a word of what it printed",
    async (script) => {
      const failed = dockerLogins(withHelper(script))("a.example");
      await expect(failed).rejects.toMatchObject({
        code: "TASK_CONFIG",
        message: expect.stringMatching(/^docker-credential-test does not tell the login of a\.example/),
      });
      await expect(failed).rejects.not.toThrow("s3cret");
    },
  );

  it("fail where the helper is not installed", async () => {
    const folder = withHelper("", { credsStore: "absent" });
    await expect(dockerLogins(folder)("a.example")).rejects.toThrow(/docker-credential-absent .*ENOENT/);
  });

  it("fail where the file is no JSON, without quoting it", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "config.json"), `{"auths": s3cret`);
    const failed = dockerLogins(folder)("a.example");
    await expect(failed).rejects.toMatchObject({ code: "TASK_CONFIG" });
    await expect(failed).rejects.not.toThrow("s3cret");
  });
});

describe("a header for an engine", () => {
  const decoded = (header: string | undefined): unknown => {
    // As engines take it: the letters of addresses, and the padding.
    expect(header).toMatch(/^[A-Za-z0-9_-]+={0,2}$/);
    expect(header!.length % 4).toBe(0);
    return JSON.parse(Buffer.from(header!, "base64url").toString());
  };
  const login = { username: "ada", password: "ÿÿÿ>>>???" };

  it("holds the login of the one registry that a request is about", () => {
    expect(decoded(authHeader("a.example", login)["x-registry-auth"])).toEqual({
      ...login,
      serveraddress: "a.example",
    });
    expect(decoded(authHeader("a.example", undefined)["x-registry-auth"])).toEqual({});
  });

  it("holds the logins that a build may use, by registry", () => {
    expect(decoded(configHeader(dockerHub, login)["x-registry-config"])).toEqual({ [dockerHub]: login });
    expect(decoded(configHeader("a.example", undefined)["x-registry-config"])).toEqual({});
  });
});
