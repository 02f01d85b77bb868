import { describe, expect, it } from "vitest";
import { classify } from "../../../core/classify.ts";
import type { Json } from "../../../core/json.ts";
import type { Output } from "../../../core/plan.ts";
import type { ResourceWork } from "../../../core/resource-work.ts";
import { resourceOutcome } from "./resource-evidence.ts";

const path = ["status", "x"];
const base: ResourceWork = {
  type: "kubernetesResource",
  manifest: { apiVersion: "batch/v1", kind: "Job" },
  succeeded: [{ condition: "Complete", is: "True" }],
  failed: [{ condition: "Failed", is: "True" }],
  values: { x: path },
  keep: "never",
};

describe("the values of an object that has succeeded", () => {
  it.each<[string, Output, Json | undefined, object]>([
    ["a number", { type: "number" }, 0.5, { outputs: { x: { value: 0.5 } } }],
    ["nought", { type: "number" }, 0, { outputs: { x: { value: 0 } } }],
    ["a text", { type: "string" }, "s3://bucket/model", { outputs: { x: { value: "s3://bucket/model" } } }],
    ["any JSON", { type: "json" }, { a: [1] }, { outputs: { x: { value: { a: [1] } } } }],
    [
      "an optional one that is not there",
      { type: "number", optional: true },
      undefined,
      { outputs: { x: { value: null } } },
    ],
    ["one that is not there", { type: "number" }, undefined, { evidence: { error: { type: "OUTPUT_INVALID" } } }],
    ["a text for a number", { type: "number" }, "0.5", { evidence: { error: { type: "OUTPUT_INVALID" } } }],
    ["null for a text", { type: "string" }, null, { evidence: { error: { type: "OUTPUT_INVALID" } } }],
  ])("%s", (_title, output, x, outcome) => {
    const status = { conditions: [{ type: "Complete", status: "True" }], ...(x === undefined ? {} : { x }) };
    const object = { metadata: { name: "a" }, status };
    const told = resourceOutcome(object, base, { outputs: { x: output }, host: "team", now: 1 })!;
    expect(told).toMatchObject(outcome);
    expect(classify(told.evidence).type).toBe("outputs" in outcome ? "succeeded" : "failed");
  });
});

it("a failure is the program's, says why, and yields nothing", () => {
  const conditions = [{ type: "Failed", status: "True", reason: "DeadlineExceeded", message: "too\0long" }];
  const object = { metadata: { name: "a", creationTimestamp: "2026-01-01T00:00:00Z" }, status: { conditions, x: 1 } };
  const outcome = resourceOutcome(object, base, { outputs: { x: { type: "number" } }, host: "team", now: 7 })!;
  expect(outcome).toEqual({
    evidence: {
      completed: false,
      host: "team",
      startedAt: Date.parse("2026-01-01T00:00:00Z"),
      endedAt: 7,
      error: { type: "DeadlineExceeded", message: "too\ufffdlong" },
    },
    outputs: {},
  });
  expect(classify(outcome.evidence)).toEqual({ type: "failed", class: "user" });
});
