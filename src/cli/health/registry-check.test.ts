import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../../../test/engines/docker.ts";
import { type GuardedRegistry, keeper, startGuardedRegistry } from "../../../test/engines/guarded-registry.ts";
import { noRegistry } from "../../../test/engines/registry.ts";
import { checkRegistry, imagePlaces } from "./registry-check.ts";

it("looks at each registry once for each engine", () => {
  vi.stubEnv("DOCKER_HOST", "unix:///run/docker.sock");
  const registry = "registry.example/team";
  const platforms = {
    cpu: { type: "local" },
    a: { type: "docker", registry },
    b: { type: "docker", registry, host: "unix:///run/docker.sock" },
    c: { type: "kubernetes", registry, builder: "unix:///other.sock" },
    d: { type: "docker" },
  } as const;
  expect(imagePlaces({ name: "mine", platforms, others: "local" })).toEqual([
    { registry, host: "unix:///run/docker.sock" },
    { registry, host: "unix:///other.sock" },
  ]);
  vi.unstubAllEnvs();
});

const missing = noDocker ?? noRegistry;
describe.skipIf(missing !== undefined)(`a registry${missing === undefined ? "" : ` (${missing})`}`, () => {
  let docker: RunningDocker;
  let guarded: GuardedRegistry;
  let folder: string;
  beforeAll(async () => {
    docker = await startDocker();
    guarded = await startGuardedRegistry();
    folder = mkdtempSync(join(tmpdir(), "flotilla-docker-"));
  }, 300_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await guarded.stop();
    await docker.stop();
  }, 60_000);
  afterEach(() => vi.unstubAllEnvs());

  const look = (password?: string) => {
    vi.stubEnv("DOCKER_CONFIG", folder);
    const auth = Buffer.from(`${keeper.username}:${password ?? ""}`).toString("base64");
    const auths = password === undefined ? {} : { [guarded.address]: { auth } };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ auths }));
    return checkRegistry({ registry: `${guarded.address}/team`, host: docker.host });
  };

  it("is reached by who may go in, and others are told what to do", async () => {
    expect(await look(keeper.password)).toMatchObject({
      state: "ok",
      found: expect.stringMatching(/^reached by Docker/),
    });
    expect(await look()).toMatchObject({ state: "missing", mend: `docker login ${guarded.address}` });
    expect(await look("wrong")).toMatchObject({ state: "optional", mend: `docker login ${guarded.address}` });
  });

  it("that is down, and an engine that is, are told apart", async () => {
    const down = await checkRegistry({ registry: "127.0.0.1:9/team", host: docker.host });
    expect(down).toMatchObject({ state: "missing", found: expect.stringMatching(/cannot be asked: .*refused/) });
    const none = await checkRegistry({ registry: "127.0.0.1:9/team", host: "unix:///nowhere.sock" });
    expect(none).toMatchObject({ state: "missing", found: expect.stringMatching(/nowhere\.sock does not answer/) });
  });
});
