import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { noDocker, type RunningDocker, startDocker } from "../../../test/engines/docker.ts";
import { makeCertificates, tlsDoor } from "../../../test/helpers/tls-door.ts";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Binding } from "../../core/profile.ts";
import { checkLocal } from "./local-check.ts";
import { checkPlatforms } from "./platform-checks.ts";

const machine = { cpus: 4, memoryBytes: 2 ** 33 };

it.each([
  [{}, "ok", "this machine"],
  [{ cpus: 4, memoryBytes: 2 ** 33, slots: 2 }, "ok", "this machine, 4 CPUs, 8 GiB, 2 tasks at once"],
  [{ cpus: 5 }, "missing", "promises 5 CPUs, and the machine has 4"],
  [{ memoryBytes: 2 ** 34 }, "missing", "promises 16 GiB of memory, and the machine has 8 GiB"],
] as const)("of a binding to this machine, %j, finds it %s: %s", (limits, state, found) => {
  expect(checkLocal("platform io", { type: "local", ...limits }, machine)).toMatchObject({ state, found });
});

it("tries each platform of the profile, and says which cannot be had", async () => {
  const platforms = {
    gpu: { type: "docker", host: "unix:///nowhere.sock" },
    pods: { type: "kubernetes", kubeconfig: "/nowhere" },
  } as const;
  const findings = await checkPlatforms(Promise.resolve({ name: "mine", platforms, others: "refused" }));
  expect(findings.map(({ what, state }) => [what, state])).toEqual([
    ["profile", "ok"],
    ["platform local", "ok"],
    ["platform gpu", "missing"],
    ["platform pods", "missing"],
  ]);
  const mend = expect.any(String);
  expect(findings[2]).toMatchObject({ found: expect.stringContaining("unix:///nowhere.sock does not answer"), mend });
  expect(findings[3]).toMatchObject({ found: expect.stringContaining("/nowhere"), mend });
});

describe.skipIf(noDocker !== undefined)(`with a Docker engine${noDocker === undefined ? "" : ` (${noDocker})`}`, () => {
  let docker: RunningDocker;
  beforeAll(async () => {
    docker = await startDocker();
  }, 300_000);
  afterAll(() => docker.stop(), 60_000);

  it("tries each host of a platform by itself, by running a task on it", { timeout: 60_000 }, async () => {
    const door = await tlsDoor(docker.host, makeCertificates(temporaryFolder()));
    onTestFinished(() => door.leave());
    const { tls, host } = door;
    const gpu: Binding = { type: "docker", hosts: [host, "tcp://127.0.0.1:1"], tls, image: docker.image };
    const [, , there, away] = await checkPlatforms(
      Promise.resolve({ name: "mine", platforms: { gpu }, others: "refused" }),
    );
    expect(there).toEqual({
      what: `platform gpu at ${host}`,
      state: "ok",
      found: expect.stringMatching(/^Docker .* at tcp:.*; a task ran in /),
    });
    expect(away).toMatchObject({
      what: "platform gpu at tcp://127.0.0.1:1",
      state: "missing",
      found: expect.stringContaining("does not answer"),
      mend: expect.stringContaining("firewall"),
    });
  });
});

it("says what is wrong with a profile that cannot be read", async () => {
  const thrown = new FlotillaError("PROFILE_UNKNOWN", "there is no such profile", { mend: "name another" });
  expect(await checkPlatforms(Promise.reject(thrown))).toEqual([
    { what: "profile", state: "missing", found: "there is no such profile", mend: "name another" },
  ]);
});
