import { describe, expect, it } from "vitest";
import { grid, planOf, planStep } from "../../test/helpers/plans.ts";
import {
  bindingOf,
  bindPlan,
  builtInProfiles,
  configuration,
  namesIn,
  platformBehind,
  platformsBehind,
  type NamedProfile,
} from "./profile.ts";

const docker = { type: "docker", image: "python:3.12", slots: 2 } as const;
const mixed: NamedProfile = {
  name: "mixed",
  platforms: { cpu: { type: "local" }, small: { type: "local", slots: 1 }, gpu: docker },
  others: "refused",
};

describe("a profile", () => {
  it.each([
    ["a bound name", "gpu", docker],
    ["the machine, which needs no binding", "local", { type: "local" }],
    ["a name that is not bound", "spark", undefined],
    ["a name that every object has", "constructor", undefined],
  ])("says what stands behind %s", (_, name, binding) => expect(bindingOf(mixed, name)).toEqual(binding));

  it.each([
    ["cpu", "local"],
    ["local", "local"],
    ["small", "mixed.small"],
    ["gpu", "mixed.gpu"],
  ])("carries out the steps on %s by the platform %s", (name, platform) =>
    expect(platformBehind(mixed, name)).toBe(platform),
  );

  it("leaves noop alone, whatever becomes of other names", () => {
    expect(bindingOf(builtInProfiles["laptop"]!, "noop")).toBeUndefined();
    expect(platformBehind({ name: "laptop", ...builtInProfiles["laptop"]! }, "noop")).toBe("noop");
  });

  it("names what steps may use, each once", () => {
    expect(namesIn(mixed)).toEqual(["local", "cpu", "small", "gpu"]);
    expect(namesIn({ platforms: { local: { type: "local", cpus: 2 } }, others: "refused" })).toEqual(["local"]);
  });

  it.each([
    ["laptop", { type: "local" }],
    ["ci", { type: "local" }],
    ["production", undefined],
  ])("of the name %s, built in, binds a name that nobody has bound to %j", (name, binding) =>
    expect(bindingOf(builtInProfiles[name]!, "cpu")).toEqual(binding),
  );
});

it("real platforms stand for the names of a plan, also for that of the last attempt", () => {
  const step = planStep("train", [], { on: "small", lastAttemptOn: "gpu" });
  const plan = planOf(grid({ cell: [1] }), [step, planStep("report", [], { on: "cpu" })]);
  const behind = platformsBehind(plan, mixed);
  expect(behind).toEqual({ small: "mixed.small", gpu: "mixed.gpu", cpu: "local" });
  expect(bindPlan(plan, behind).steps.map(({ on, lastAttemptOn }) => [on, lastAttemptOn])).toEqual([
    ["mixed.small", "mixed.gpu"],
    ["local", undefined],
  ]);
});

describe("a configuration", () => {
  const withBinding = (name: string, binding: object): unknown => ({
    profiles: { mine: { platforms: { [name]: binding }, others: "refused" } },
  });

  it.each<[string, string, object]>([
    ["this machine", "cpu", { type: "local", cpus: 1.5, memoryBytes: 2 ** 30, slots: 3 }],
    ["a Docker engine here", "gpu", { type: "docker", host: "unix:///run/docker.sock", network: "none" }],
    ["a Docker engine elsewhere", "gpu", { type: "docker", host: "tcp://10.0.0.7:2376" }],
    ["a cluster", "big", { type: "kubernetes", namespace: "ml", listen: "0.0.0.0:7200" }],
    [
      "a cluster with a place for images",
      "big",
      { type: "kubernetes", registry: "registry.example:5000/team/a__b", builder: "unix:///run/docker.sock" },
    ],
    ["an engine that builds without a network", "gpu", { type: "docker", registry: "ghcr.io", buildNetwork: "none" }],
  ])("binds a name to %s", (_, name, binding) => {
    expect(configuration.safeParse(withBinding(name, binding)).error).toBeUndefined();
  });

  it.each<[string, string, object]>([
    ["a type that there is not", "cpu", { type: "slurm" }],
    ["an option that there is not", "cpu", { type: "local", image: "python:3.12" }],
    ["no slots", "cpu", { type: "local", slots: 0 }],
    ["half a slot", "cpu", { type: "local", slots: 0.5 }],
    ["endless CPUs", "cpu", { type: "local", cpus: Infinity }],
    ["an empty image", "gpu", { type: "docker", image: "" }],
    ["a host without a scheme", "gpu", { type: "docker", host: "/var/run/docker.sock" }],
    ["a registry with a scheme", "gpu", { type: "docker", registry: "https://registry.example" }],
    ["a registry with a password", "gpu", { type: "docker", registry: "ada:secret@registry.example/team" }],
    ["a registry with a tag", "gpu", { type: "docker", registry: "registry.example/team:1" }],
    ["a registry for this machine", "cpu", { type: "local", registry: "registry.example" }],
    ["a name with a slash", "a/b", { type: "local" }],
    ["noop bound to something", "noop", { type: "local" }],
    ["local bound elsewhere", "local", { type: "docker", image: "python:3.12" }],
  ])("refuses %s", (_, name, binding) => {
    expect(configuration.safeParse(withBinding(name, binding)).success).toBe(false);
  });
});
