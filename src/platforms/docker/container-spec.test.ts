import { describe, expect, it } from "vitest";
import { makeSpec } from "../test-spec.ts";
import { type ContainerOptions, containerSpec, supervised } from "./container-spec.ts";

const spec = makeSpec({ resources: { cpu: 1.5, memoryBytes: 1e9 } });
const places = { folder: "/p/a", work: "/p/a/work", checkpoints: "/p/c", code: "/p/code", runner: "/r" };
const options: ContainerOptions = {
  image: "python:3.12",
  project: "/p",
  network: "none",
};
type Body = { readonly User?: string; readonly Env: string[]; readonly HostConfig: Record<string, unknown> };
interface More extends Partial<ContainerOptions> {
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}
const body = ({ env = {}, secrets = [], ...more }: More = {}, resources = spec.resources): Body => {
  const begins = supervised(places, { python: "python3", threads: 2, env, secrets });
  return containerSpec({ ...spec, resources }, begins, { ...options, ...more }) as Body;
};

describe("the container of an attempt", () => {
  it("begins with our supervisor over the attempt's folder, in the image as it is", () => {
    expect(body()).toMatchObject({
      Image: "python:3.12",
      Entrypoint: ["python3"],
      Cmd: ["-m", "flotilla_runner", "supervise", "/p/a"],
      WorkingDir: "/p/a/work",
      Labels: { "dev.flotilla.attempt": spec.id, "dev.flotilla.project": "/p" },
    });
    expect(body().Env).toEqual(
      expect.arrayContaining(["PYTHONPATH=/r", "OMP_NUM_THREADS=2", "VECLIB_MAXIMUM_THREADS=2"]),
    );
  });

  it("sees of this machine its own folder and its run's checkpoints, and may write to nothing else", () => {
    expect(body().HostConfig["Binds"]).toEqual(["/p/a:/p/a:rw", "/p/c:/p/c:rw", "/p/code:/p/code:ro", "/r:/r:ro"]);
    const volumes = [
      { from: "/data", to: "/in", readOnly: true },
      { from: "cache", to: "/cache" },
    ];
    expect((body({ volumes }).HostConfig["Binds"] as string[]).slice(-2)).toEqual(["/data:/in:ro", "cache:/cache:rw"]);
  });

  it("has what the step asks for, and no swap that would double its memory", () => {
    expect(body().HostConfig).toMatchObject({ NanoCpus: 1.5e9, Memory: 1e9, MemorySwap: 1e9, NetworkMode: "none" });
    expect(body({}, { cpu: 1 }).HostConfig).not.toHaveProperty("Memory");
    expect(body({}, { cpu: 1, gpu: 2 }).HostConfig["DeviceRequests"]).toEqual([
      { Driver: "", Count: 2, Capabilities: [["gpu"]] },
    ]);
    expect(body({ sharedMemoryBytes: 5 }).HostConfig["ShmSize"]).toBe(5);
  });

  it("has a person's variables beneath ours, and a runtime that is named", () => {
    const env = { REGION: "eu", PYTHONPATH: "/own", OMP_NUM_THREADS: "1" };
    expect(body({ env }).Env).toEqual(expect.arrayContaining(["REGION=eu", "PYTHONPATH=/r:/own", "OMP_NUM_THREADS=1"]));
    expect(body({ runtime: "runsc" }).HostConfig["Runtime"]).toBe("runsc");
    expect(body().HostConfig).not.toHaveProperty("Runtime");
  });

  it("has a place in memory for secrets and an input over which they come, and nothing of their values", () => {
    const given = body({ secrets: ["PASSWORD"] });
    expect(given).toMatchObject({ OpenStdin: true, StdinOnce: true });
    expect(given.HostConfig["Tmpfs"]).toHaveProperty("/run/secrets");
    expect(given.Env).toEqual(
      expect.arrayContaining([
        "PASSWORD_FILE=/run/secrets/PASSWORD",
        "FLOTILLA_SECRETS=/run/secrets",
        "FLOTILLA_SECRETS_FROM=stdin",
      ]),
    );
    expect(body()).not.toHaveProperty("OpenStdin");
  });

  it("has the user that it is told, else the image's, and never more rights than that", () => {
    expect(body()).not.toHaveProperty("User");
    expect(body({ user: "1000:1000" }).User).toBe("1000:1000");
    expect(body().HostConfig).toMatchObject({ SecurityOpt: ["no-new-privileges"], AutoRemove: false });
    expect(body().HostConfig).not.toHaveProperty("Privileged");
  });
});
