import { describe, expect, it } from "vitest";
import { makeSpec } from "../../test-spec.ts";
import { attemptOf } from "../pod-names.ts";
import { makePackPod, packOf } from "./pack-pod.ts";
import { podsFor } from "./packed-attempt.ts";

const pack = { upTo: 200, atMostMs: 60_000, idleMs: 5000 };
const sample = makeSpec({ pack, resources: { cpu: 1, memoryBytes: 2 ** 30 } });
const command = { image: "python:3.12-slim", command: ["python3"], env: {} };
const pod = makePackPod({ name: "pack-kind-1", kind: "kind", sample }, command, { namespace: "here", graceMs: 1000 });

describe("the pod of a pack", () => {
  it("says what it is for, to whoever sees it later", () => {
    expect(packOf(pod)).toEqual({ kind: "kind", limits: pack });
    expect(pod.metadata.name).toBe("pack-kind-1");
  });

  it("is no attempt's own", () => {
    expect(attemptOf(pod)).toBeUndefined();
    expect(JSON.stringify(pod)).not.toContain(sample.id);
  });

  it("has room beside its task for what carries that out", () => {
    expect(Number(pod.spec?.containers[0]?.resources?.limits?.["memory"])).toBeGreaterThan(2 ** 30);
  });

  it("is another's where a label is missing", () => {
    expect(packOf({ ...pod, metadata: { ...pod.metadata, labels: { "flotilla.dev/pack": "kind" } } })).toBeUndefined();
  });
});

describe("so many pods serve a kind", () => {
  it.each([
    [1, undefined, 1],
    [200, undefined, 1],
    [201, undefined, 2],
    [10_000, undefined, 50],
    [1, 4, 1],
    [3, 4, 3],
    [100, 4, 4],
  ])("%i attempts, slots %s: %i", (live, slots, pods) => {
    expect(podsFor(live, { slots, upTo: 200 })).toBe(pods);
  });
});
