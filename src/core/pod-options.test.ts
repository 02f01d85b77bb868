import { describe, expect, it } from "vitest";
import { mergePodOptions, podOptions, podOptionsFault } from "./pod-options.ts";

describe("what is said of pods", () => {
  it("of a step stands over what is said of its platform; lists are both", () => {
    const platform = {
      nodeSelector: { disk: "fast", pool: "cpu" },
      tolerations: [{ key: "spot" }],
      priorityClass: "low",
      volumes: [{ secret: "tls", to: "/tls" }],
      overrides: { labels: { team: "a" }, schedulerName: "own" },
    };
    const step = {
      nodeSelector: { pool: "gpu" },
      tolerations: [{ key: "gpu" }],
      priorityClass: "high",
      volumes: [{ configMap: "x", to: "/x" }],
      overrides: { labels: { team: "b" } },
    };
    expect(mergePodOptions(platform, step)).toEqual({
      nodeSelector: { disk: "fast", pool: "gpu" },
      tolerations: [{ key: "spot" }, { key: "gpu" }],
      priorityClass: "high",
      volumes: [
        { secret: "tls", to: "/tls" },
        { configMap: "x", to: "/x" },
      ],
      overrides: { labels: { team: "b" }, schedulerName: "own" },
    });
    expect(mergePodOptions(platform)).toEqual(platform);
    expect(mergePodOptions({}, step)).toEqual(step);
  });

  it.each([
    [
      "two volumes",
      {
        volumes: [
          { secret: "a", to: "/x" },
          { secret: "b", to: "/x" },
        ],
      },
      /two volumes.*"\/x"/,
    ],
    [
      "a volume and an override",
      { volumes: [{ secret: "a", to: "/x" }], overrides: { volumeMounts: [{ name: "y", mountPath: "/x/" }] } },
      /"\/x"/,
    ],
    [
      "an override and what is ours",
      { overrides: { volumeMounts: [{ name: "y", mountPath: "/run/secrets" }] } },
      /run\/secrets/,
    ],
  ])("refuses %s in one place", (_title, options, says) => expect(podOptionsFault(options)).toMatch(says));

  it.each([
    ["a path that is none", { to: "data" }],
    ["a path that leads out", { to: "/data/../etc" }],
    ["a place of ours", { to: "/flotilla" }],
    ["the place of secrets", { to: "/run/secrets/" }],
    ["a claim of no name", { persistentVolumeClaim: "My Claim" }],
  ])("refuses a volume with %s", (_title, more) => {
    const volume = { persistentVolumeClaim: "data", to: "/data", ...more };
    expect(podOptions.safeParse({ volumes: [volume] }).success).toBe(false);
  });
});
