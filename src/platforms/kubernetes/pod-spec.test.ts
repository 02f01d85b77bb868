import { describe, expect, it } from "vitest";
import type { AttemptId } from "../../core/ids.ts";
import type { JsonObject } from "../../core/json.ts";
import type { PodOverrides } from "../../core/pod-overrides.ts";
import { makeSpec } from "../test-spec.ts";
import { attemptOf } from "./pod-names.ts";
import { makePod } from "./pod-spec.ts";
import type { Placement } from "./pod-spec.ts";

const id = "r00abc0000000-2-417-1" as AttemptId;

const spec = makeSpec({ id, resources: { cpu: 0.5, memoryBytes: 536_870_912 } });
const placement: Placement = { namespace: "team", graceMs: 2500 };
const command = { image: "python:3.12", command: ["python3", "-c", "pass"], env: { FLOTILLA_TOKEN: "t" } };
const containerOf = (pod: ReturnType<typeof makePod>): Record<string, unknown> => pod.spec!.containers[0]!;

describe("the pod of an attempt", () => {
  it("is named by the attempt, carries it and its run, and keeps its end readable", () => {
    const { metadata } = makePod(spec, command, placement);
    expect(metadata).toMatchObject({
      name: id,
      namespace: "team",
      labels: {
        "app.kubernetes.io/managed-by": "flotilla",
        "flotilla.dev/attempt": id,
        "flotilla.dev/run": "r00abc0000000",
      },
      finalizers: ["flotilla.dev/accounted"],
    });
    expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    expect(metadata.annotations).toMatchObject({
      "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
      "flotilla.dev/task": "train[origin=JFK]",
    });
    expect(attemptOf({ metadata })).toBe(id);
  });

  it("is taken for ours by its labels and its name together", () => {
    const { metadata } = makePod(spec, command, placement);
    expect(attemptOf({ metadata: { ...metadata, name: "another" } })).toBeUndefined();
    expect(attemptOf({ metadata: { ...metadata, labels: { "flotilla.dev/attempt": id } } })).toBeUndefined();
    expect(attemptOf({ metadata: { name: id } })).toBeUndefined();
  });

  it("is promised what it asks for; memory is also its limit, the processor is not", () => {
    const all = { ...spec, resources: { ...spec.resources, gpu: 2 } };
    const pod = makePod(all, command, { ...placement, ephemeralStorageBytes: 1e9 });
    const both = { memory: "536870912", "ephemeral-storage": "1000000000", "nvidia.com/gpu": "2" };
    expect(containerOf(pod)["resources"]).toEqual({ requests: { cpu: "500m", ...both }, limits: both });
    const little = makePod({ ...spec, resources: { cpu: 1 } }, command, placement);
    expect(containerOf(little)["resources"]).toEqual({ requests: { cpu: "1000m" }, limits: {} });
  });

  it("runs once, in its image, with its command, environment and grace", () => {
    const pod = makePod(spec, command, placement);
    expect(pod.spec).toMatchObject({ restartPolicy: "Never", terminationGracePeriodSeconds: 3 });
    expect(containerOf(pod)).toMatchObject({
      image: "python:3.12",
      command: ["python3", "-c", "pass"],
      env: [{ name: "FLOTILLA_TOKEN", value: "t" }],
    });
    expect(containerOf(makePod(spec, { image: "any", env: {} }, placement))).not.toHaveProperty("command");
  });

  it("is admitted at the restricted level and knows no token of the cluster", () => {
    const pod = makePod(spec, command, placement);
    expect(pod.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(containerOf(pod)["securityContext"]).toEqual({
      allowPrivilegeEscalation: false,
      privileged: false,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("goes where the profile says", () => {
    const tolerations = [{ key: "gpu", operator: "Exists" }];
    const pod = makePod(spec, command, {
      ...placement,
      serviceAccount: "trainer",
      nodeSelector: { pool: "spot" },
      tolerations,
      priorityClass: "low",
      imagePullSecrets: ["registry"],
    });
    expect(pod.spec).toMatchObject({
      serviceAccountName: "trainer",
      nodeSelector: { pool: "spot" },
      tolerations,
      priorityClassName: "low",
      imagePullSecrets: [{ name: "registry" }],
    });
  });

  it("takes overrides where they are allowed, and keeps what is ours", () => {
    const overrides: PodOverrides = {
      labels: { team: "a" },
      annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "true" },
      affinity: { nodeAffinity: {} },
      securityContext: { runAsUser: 5, fsGroup: 6 },
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
      volumeMounts: [{ name: "data", mountPath: "/data" }],
      env: [{ name: "REGION", value: "eu" }],
    };
    const pod = makePod(spec, command, { ...placement, overrides });
    expect(pod.metadata.labels).toMatchObject({ team: "a", "flotilla.dev/attempt": id });
    expect(pod.metadata.annotations).toMatchObject({ "cluster-autoscaler.kubernetes.io/safe-to-evict": "true" });
    expect(pod.spec).toMatchObject({
      affinity: { nodeAffinity: {} },
      securityContext: { runAsUser: 5, runAsGroup: 1000, fsGroup: 6, runAsNonRoot: true },
      volumes: [{ name: "flotilla-scratch" }, { name: "data" }],
    });
    expect(containerOf(pod)["env"]).toContainEqual({ name: "REGION", value: "eu" });
  });

  it("has what its step says over what its platform does", () => {
    const step = {
      ...spec,
      resources: { cpu: 1, diskBytes: 5e9, gpu: 1 },
      kubernetes: {
        nodeSelector: { pool: "gpu" },
        tolerations: [{ key: "gpu" }],
        priorityClass: "high",
        safeToEvict: true,
        affinity: { podAffinity: {} },
      },
    };
    const pod = makePod(step, command, {
      ...placement,
      nodeSelector: { disk: "fast", pool: "cpu" },
      tolerations: [{ key: "spot" }],
      priorityClass: "low",
      affinity: { nodeAffinity: {} },
      ephemeralStorageBytes: 1e9,
      gpuResource: "amd.com/gpu",
    });
    expect(pod.metadata.annotations).toMatchObject({ "cluster-autoscaler.kubernetes.io/safe-to-evict": "true" });
    expect(pod.spec).toMatchObject({
      nodeSelector: { disk: "fast", pool: "gpu" },
      tolerations: [{ key: "spot" }, { key: "gpu" }],
      priorityClassName: "high",
      affinity: { podAffinity: {} },
    });
    const limits = { "ephemeral-storage": "5000000000", "amd.com/gpu": "1" };
    expect(containerOf(pod)["resources"]).toMatchObject({ limits });
  });

  it("mounts what is asked for, each under a name of ours", () => {
    const pod = makePod(spec, command, {
      ...placement,
      volumes: [
        { persistentVolumeClaim: "data", to: "/data", readOnly: true, subPath: "2026" },
        { emptyDir: { sizeLimit: "1Gi", medium: "Memory" }, to: "/scratch" },
        { configMap: "settings", to: "/etc/settings" },
        { secret: "tls", to: "/etc/tls" },
      ],
    });
    expect((pod.spec!["volumes"] as JsonObject[]).slice(1)).toEqual([
      { name: "flotilla-volume-1", persistentVolumeClaim: { claimName: "data", readOnly: true } },
      { name: "flotilla-volume-2", emptyDir: { sizeLimit: "1Gi", medium: "Memory" } },
      { name: "flotilla-volume-3", configMap: { name: "settings" } },
      { name: "flotilla-volume-4", secret: { secretName: "tls" } },
    ]);
    expect((containerOf(pod)["volumeMounts"] as JsonObject[]).slice(1)).toEqual([
      { name: "flotilla-volume-1", mountPath: "/data", readOnly: true, subPath: "2026" },
      { name: "flotilla-volume-2", mountPath: "/scratch" },
      { name: "flotilla-volume-3", mountPath: "/etc/settings" },
      { name: "flotilla-volume-4", mountPath: "/etc/tls" },
    ]);
  });

  it("has secrets by reference only, as files in memory or as variables", () => {
    const ref = { kind: "secret", name: "db", key: "password" } as const;
    const given = { ...placement, env: { REGION: "eu", TOKEN: ref } };
    const pod = makePod({ ...spec, secrets: { PASSWORD: ref } }, command, given);
    expect(containerOf(pod)["env"]).toEqual([
      { name: "REGION", value: "eu" },
      { name: "TOKEN", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
      { name: "FLOTILLA_TOKEN", value: "t" },
      { name: "PASSWORD_FILE", value: "/run/secrets/PASSWORD" },
      { name: "FLOTILLA_SECRETS", value: "/run/secrets" },
      { name: "FLOTILLA_SECRET_VARIABLES", value: "TOKEN" },
    ]);
    expect(pod.spec!["volumes"]).toContainEqual({
      name: "flotilla-secrets",
      projected: {
        sources: [{ secret: { name: "db", items: [{ key: "password", path: "PASSWORD" }] } }],
        defaultMode: 0o440,
      },
    });
  });
});
