import { describe, expect, it } from "vitest";
import { makeSpec } from "../test-spec.ts";
import { type CarriedCommand, isCarried, makeCarriedPod } from "./carried-pod.ts";
import { makePod, type Placement } from "./pod-spec.ts";

const spec = makeSpec({ resources: { cpu: 0.5, memoryBytes: 2 ** 29 } });
const placement: Placement = { namespace: "team", graceMs: 2500, ephemeralStorageBytes: 1e9 };
const begun: CarriedCommand = {
  image: "registry.example/scorer:3",
  container: { args: ["--n", "$(FLOTILLA_TASK) costs 5$"], env: { PRICE: "$$(HOME)" } },
  helperImage: "python:3.12",
  command: ["python3", "-c", "runner"],
  env: { FLOTILLA_TOKEN: "secret" },
};
const containersOf = (more: Partial<CarriedCommand> = {}, where = placement): Record<string, unknown>[] => {
  const { initContainers, containers } = makeCarriedPod(spec, { ...begun, ...more }, where).spec!;
  return [...initContainers!, ...containers];
};

describe("the pod of a container step", () => {
  it("has its image as it is between two helpers", () => {
    const [fetch, task, carry] = containersOf();
    expect([fetch!["name"], task!["name"], carry!["name"]]).toEqual(["fetch", "task", "carry"]);
    expect(task).toMatchObject({ image: "registry.example/scorer:3" });
    expect(task).not.toHaveProperty("command");
    expect(task).not.toHaveProperty("workingDir");
    expect(fetch).toMatchObject({
      image: "python:3.12",
      command: ["python3", "-c", "runner"],
      workingDir: "/flotilla",
    });
    expect(carry).toMatchObject({
      image: "python:3.12",
      command: ["python3", "-c", "runner"],
      imagePullPolicy: "IfNotPresent",
    });
    expect(containersOf({ container: { command: ["/x"], env: {} } })[1]).toMatchObject({ command: ["/x"] });
  });

  it("hands words over as they are: Kubernetes puts nothing in the place of a part of them", () => {
    const [, task] = containersOf();
    expect(task).toMatchObject({
      args: ["--n", "$$(FLOTILLA_TASK) costs 5$$"],
      env: [{ name: "PRICE", value: "$$$$(HOME)" }],
    });
  });

  it("shows the task four places of the volume, and the token to the helpers alone", () => {
    const [fetch, task, carry] = containersOf();
    expect(task!["volumeMounts"]).toEqual([
      { name: "flotilla-scratch", mountPath: "/flotilla/inputs", subPath: "inputs", readOnly: true },
      { name: "flotilla-scratch", mountPath: "/flotilla/task.json", subPath: "task.json", readOnly: true },
      { name: "flotilla-scratch", mountPath: "/flotilla/outputs", subPath: "outputs" },
      { name: "flotilla-scratch", mountPath: "/flotilla/work", subPath: "work" },
    ]);
    for (const helper of [fetch!, carry!]) {
      expect(helper["volumeMounts"]).toEqual([{ name: "flotilla-scratch", mountPath: "/flotilla" }]);
      expect(helper["env"]).toEqual([
        { name: "FLOTILLA_TOKEN", value: "secret" },
        { name: "FLOTILLA_RUNNER", value: helper["name"] },
      ]);
    }
    expect(JSON.stringify(task)).not.toContain("secret");
  });

  it("gives the task what the step asks for, and what a profile adds; helpers have little", () => {
    const overrides = {
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "d" } }],
      volumeMounts: [{ name: "data", mountPath: "/data" }],
      env: [{ name: "MODE", value: "x" }],
    };
    const [fetch, task, carry] = containersOf({}, { ...placement, overrides });
    const limits = { memory: "536870912", "ephemeral-storage": "1000000000" };
    expect(task).toMatchObject({ resources: { requests: { cpu: "500m" }, limits } });
    expect(task!["volumeMounts"]).toContainEqual({ name: "data", mountPath: "/data" });
    expect(task!["env"]).toContainEqual({ name: "MODE", value: "x" });
    expect(JSON.stringify([fetch, carry])).not.toContain("data");
    expect(carry).toMatchObject({ resources: { requests: { memory: "64Mi" } } });
  });

  it("has no secrets: nothing in it keeps them out of its log", () => {
    const ref = { kind: "secret", name: "db", key: "password" } as const;
    const where = { ...placement, env: { TOKEN: ref, MODE: "x" }, secrets: { PASSWORD: ref } };
    const pod = makeCarriedPod({ ...spec, secrets: { OTHER: ref } }, begun, where);
    expect(JSON.stringify(pod)).not.toContain("password");
    expect(pod.spec!.containers[0]!["env"]).toContainEqual({ name: "MODE", value: "x" });
  });

  it("is admitted at the restricted level in each of its containers", () => {
    for (const container of containersOf())
      expect(container["securityContext"]).toEqual({
        allowPrivilegeEscalation: false,
        privileged: false,
        capabilities: { drop: ["ALL"] },
      });
  });

  it("is known by what carries its outputs", () => {
    expect(isCarried(makeCarriedPod(spec, begun, placement))).toBe(true);
    expect(isCarried(makePod(spec, { image: "x", env: {} }, placement))).toBe(false);
  });
});
