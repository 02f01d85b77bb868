import { expect, it } from "vitest";
import type { Digest } from "../../../core/ids.ts";
import type { Json } from "../../../core/json.ts";
import type { ResourceWork } from "../../../core/resource-work.ts";
import type { AttemptSpec } from "../../platform.ts";
import { makeSpec } from "../../test-spec.ts";
import { makeResource, podLabels } from "./make-resource.ts";

const workOf = (spec: Json, metadata: Json = {}): ResourceWork => ({
  type: "kubernetesResource",
  manifest: { apiVersion: "batch/v1", kind: "Job", metadata, spec },
  succeeded: [],
  failed: [],
  values: {},
  keep: "never",
});

const given: Partial<AttemptSpec> = {
  key: { month: 7, origin: "JFK" },
  inputs: {
    rows: { value: { "a b": [1, null] } },
    note: { value: '"; rm -rf / #{{x}}' },
    all: { rows: [{ key: { month: 1 }, item: { value: 0.5 } }] },
    file: { artifact: { type: "file", digest: "sha256:0" as Digest, bytes: 1, name: "f" } },
  },
};
const filled = (spec: Json): unknown => makeResource(makeSpec(given), workOf(spec), "team")["spec"];

it.each<[string, Json, Json]>([
  ["a dimension", { ref: "dimension", name: "month" }, 7],
  ["its text", { ref: "dimension", name: "month", as: "text" }, "7"],
  ["an input of many members", { ref: "input", name: "rows" }, { "a b": [1, null] }],
  ["its text", { ref: "input", name: "rows", as: "text" }, '{"a b":[1,null]}'],
  ["a text as it stands, whatever it looks like", { ref: "input", name: "note" }, '"; rm -rf / #{{x}}'],
  ["a collection", { ref: "input", name: "all" }, [{ month: 1, all: 0.5 }]],
  ["what is not there", { ref: "dimension", name: "year" }, null],
])("a reference stands for %s", (_title, reference, value) => {
  expect(filled({ args: ["--x", reference], within: "{ref: month}" })).toEqual({
    args: ["--x", value],
    within: "{ref: month}",
  });
});

it("what looks almost like a reference is the author's own", () => {
  const own = { secretRef: { ref: "input", name: "rows", optional: true }, other: { ref: "file", name: "x" } };
  expect(filled(own)).toEqual(own);
});

it("an object carries the attempt's name, our labels over the author's, and our finalizer", () => {
  const spec = makeSpec(given);
  const metadata = {
    labels: { team: "a", "flotilla.dev/resource": "forged", month: { ref: "dimension", name: "month", as: "text" } },
    annotations: { note: "n" },
  };
  const made = makeResource(spec, workOf({ name: { ref: "resource", name: "name" } }, metadata), "team");
  expect(made).toMatchObject({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: spec.id,
      namespace: "team",
      labels: {
        team: "a",
        month: "7",
        "app.kubernetes.io/managed-by": "flotilla",
        "flotilla.dev/resource": spec.id,
        "flotilla.dev/run": spec.id.split("-")[0],
      },
      annotations: { note: "n", "flotilla.dev/pipeline": "flights", "flotilla.dev/task": "train[origin=JFK]" },
      finalizers: ["flotilla.dev/accounted"],
    },
    spec: { name: spec.id },
  });
});

it("a file has no place in it", () => {
  expect(() => filled({ ref: "input", name: "file" })).toThrow(/gives the file file to a resource/);
});

it("the labels of its pods are texts", () => {
  const pods = {
    a: "b",
    "ray.io/cluster": { ref: "resource", name: "name" },
    month: { ref: "dimension", name: "month" },
  };
  const spec = makeSpec(given);
  expect(podLabels(spec, { ...workOf({}), pods } as ResourceWork)).toEqual({
    a: "b",
    "ray.io/cluster": spec.id,
    month: "7",
  });
});
