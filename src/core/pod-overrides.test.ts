import { describe, expect, it } from "vitest";
import type { JsonObject } from "./json.ts";
import { mergeOverrides, overridesFault } from "./pod-overrides.ts";

describe("an override", () => {
  const refused: [string, JsonObject, RegExp][] = [
    ["privileged", { privileged: true }, /privileged is refused: it would give the task the whole node/],
    ["privileged deeper down", { securityContext: { privileged: true } }, /the whole node/],
    ["more capabilities", { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } }, /weaken the container/],
    ["root", { securityContext: { runAsUser: 0 } }, /root/],
    ["root by another type", { securityContext: { runAsUser: "0" } }, /whole number/],
    ["leave to be root", { securityContext: { runAsNonRoot: false } }, /weaken/],
    ["another seccomp profile", { securityContext: { seccompProfile: { type: "Unconfined" } } }, /weaken/],
    ["the disk of the node", { volumes: [{ name: "d", hostPath: { path: "/" } }] }, /disk of the node/],
    ["it hidden behind another", { volumes: [{ name: "d", emptyDir: {}, hostPath: { path: "/" } }] }, /disk of/],
    ["two kinds of volume", { volumes: [{ name: "d", emptyDir: {}, secret: { secretName: "s" } }] }, /needs one of/],
    ["a token of the cluster", { volumes: [{ name: "t", projected: { sources: [] } }] }, /projected is no kind/],
    ["a volume of ours", { volumes: [{ name: "flotilla-scratch", emptyDir: {} }] }, /kept for us/],
    ["a mount of ours", { volumeMounts: [{ name: "flotilla-scratch", mountPath: "/x" }] }, /kept for us/],
    ["the network of the node", { hostNetwork: true }, /network of the node/],
    ["processes of the node", { hostPID: true }, /every process/],
    ["a foreign service account", { serviceAccountName: "admin" }, /somebody else's rights/],
    ["a token", { automountServiceAccountToken: true }, /token of the cluster/],
    ["another container", { containers: [{ name: "x", image: "y" }] }, /one container/],
    ["a node", { nodeName: "master" }, /past the scheduler/],
    ["restarts", { restartPolicy: "Always" }, /engine owns the retries/],
    ["a label of ours", { labels: { "flotilla.dev/attempt": "x" } }, /set by us/],
    ["a variable of ours", { env: [{ name: "FLOTILLA_TOKEN", value: "x" }] }, /set by us/],
    ["what we have not heard of", { shareProcessNamespace: true }, /not among the fields/],
    ["a name that objects have by themselves", JSON.parse('{"__proto__": {"a": 1}}') as JsonObject, /not among/],
    ["a wrong type", { volumes: { name: "d" } }, /must be a list/],
  ];

  it.each(refused)("for %s is refused in words", (_title, overrides, message) => {
    expect(overridesFault(overrides)).toMatch(message);
  });
});

describe("overrides of a step over those of its platform", () => {
  it("win where both name the same, and add to lists", () => {
    const platform = {
      labels: { team: "a", tier: "low" },
      affinity: { nodeAffinity: {} },
      schedulerName: "own",
      env: [{ name: "REGION", value: "eu" }],
    };
    const step = { labels: { tier: "high" }, affinity: { podAffinity: {} }, env: [{ name: "ZONE", value: "1" }] };
    expect(mergeOverrides(platform, step)).toEqual({
      labels: { team: "a", tier: "high" },
      affinity: { podAffinity: {} },
      schedulerName: "own",
      env: [
        { name: "REGION", value: "eu" },
        { name: "ZONE", value: "1" },
      ],
    });
  });
});
