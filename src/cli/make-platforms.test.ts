import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openDiskStore } from "../artifacts/disk-store.ts";
import { builtInProfiles, type NamedProfile, type Profile } from "../core/profile.ts";
import type { Platform } from "../platforms/platform.ts";
import { makePlatforms } from "./make-platforms.ts";

const nothingGiven = { graceMs: undefined, cpus: undefined, memoryBytes: undefined };

function made(platforms: Profile["platforms"], given: Partial<typeof limits> = {}): Map<string, Platform> {
  const flotilla = mkdtempSync(join(tmpdir(), "flotilla-platforms-test-"));
  const profile: NamedProfile = { name: "mine", platforms, others: "refused" };
  const all = makePlatforms({ flotilla, artifacts: openDiskStore(flotilla) }, profile, { ...nothingGiven, ...given });
  onTestFinished(async () => {
    for (const platform of all) await platform.close();
    rmSync(flotilla, { recursive: true, force: true });
  });
  return new Map(all.map((platform) => [platform.name, platform]));
}

const limits = { cpus: 3, memoryBytes: 2 ** 31 };

it("makes one platform for all names that share the machine", () => {
  expect([...made({ cpu: { type: "local" }, io: { type: "local" } }).keys()]).toEqual(["local", "noop"]);
  expect([...made(builtInProfiles["laptop"]!.platforms).keys()]).toEqual(["local", "noop"]);
});

it("makes one of its own for a name with limits, and promises no more than these", () => {
  const platforms = made({ io: { type: "local", cpus: 0.5, memoryBytes: 2 ** 30, slots: 4 } });
  expect([...platforms.keys()]).toEqual(["local", "io", "noop"]);
  expect(platforms.get("io")!.capacity()).toEqual({ cpu: 500, memory: 2 ** 30, slots: 4, gpu: 0 });
});

it("lets the command line say what the machine promises, above the profile, and leaves other names alone", () => {
  const platforms = made({ local: { type: "local", cpus: 1, slots: 2 }, io: { type: "local", cpus: 1 } }, limits);
  expect(platforms.get("local")!.capacity()).toMatchObject({ cpu: 3000, memory: 2 ** 31, slots: 2 });
  expect(platforms.get("io")!.capacity()).toMatchObject({ cpu: 1000 });
});

it("keeps what the profile promises of the machine where the command line says nothing", () => {
  expect(
    made({ local: { type: "local", cpus: 1 } })
      .get("local")!
      .capacity(),
  ).toMatchObject({ cpu: 1000 });
});

it.each([{ type: "docker" }, { type: "kubernetes" }] as const)("says in words that $type is not there", (binding) => {
  expect(() => made({ gpu: binding })).toThrow(
    expect.objectContaining({
      code: "PLATFORM_UNAVAILABLE",
      message: expect.stringMatching(`mine binds gpu to ${binding.type}.*not in this build`),
    }),
  );
});
