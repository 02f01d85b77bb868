import { describe, expect, it } from "vitest";
import type { NamedProfile } from "../core/profile.ts";
import { testProject, withSteps } from "./test-project.ts";

const ends = `succeeded: { condition: "Complete", is: "True" }, failed: { condition: "Failed", is: "True" }`;
const job = `manifest: { apiVersion: "batch/v1", kind: "Job", spec: {} }`;
const resource = (options: string, more = ""): string =>
  withSteps(
    `const w = step("write", { run: noop(), outputs: { x: number(), f: file("f.txt") } });\n` +
      `step("train", { by: ["month"], run: kubernetesResource({ ${options} } as any), on: "cluster" ${more} });`,
  );

const profile = (platforms: NamedProfile["platforms"]): NamedProfile => ({
  name: "mine",
  platforms,
  others: "refused",
});
const cluster = profile({ cluster: { type: "kubernetes", resources: ["batch/v1/Job"] } });

describe("a step that is a resource of a cluster", () => {
  it("is planned as plain data, with its references in their places and the usual labels of a Job's pods", async () => {
    const manifest = `manifest: { apiVersion: "batch/v1", kind: "Job", metadata: { labels: { team: "a" } }, spec: {
      args: [asText(ref.dimension("month")), ref.input("x")], left: undefined, name: ref.resource("name") } }`;
    const failed = `[{ condition: "Failed", is: "True" }, { path: ["status", "state"], equals: "LOST", message: ["status", "why"] }]`;
    const text = resource(
      `${manifest}, succeeded: { path: ["status", "n", 0], equals: 1 }, failed: ${failed}, values: { auc: ["status", "auc"] }, keep: "failed"`,
      `, inputs: { x: w.outputs.x }, outputs: { auc: number(), note: string({ optional: true }) }`,
    );
    const { plan } = await testProject(text).plan({ profile: cluster });
    expect(plan.steps[1]!.work).toEqual({
      type: "kubernetesResource",
      manifest: {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { labels: { team: "a" } },
        spec: {
          args: [
            { ref: "dimension", name: "month", as: "text" },
            { ref: "input", name: "x" },
          ],
          name: { ref: "resource", name: "name" },
        },
      },
      succeeded: [{ path: ["status", "n", 0], equals: 1 }],
      failed: [
        { condition: "Failed", is: "True" },
        { path: ["status", "state"], equals: "LOST", message: ["status", "why"] },
      ],
      pods: { "batch.kubernetes.io/job-name": { ref: "resource", name: "name" } },
      values: { auc: ["status", "auc"] },
      keep: "failed",
    });
  });

  it.each<[string, string, string, string, RegExp]>([
    ["without a manifest", ends, "", "STEP_INVALID", /manifest that is no JSON/],
    [
      "with a function in it",
      `manifest: { apiVersion: "batch/v1", kind: "Job", f: () => 1 }, ${ends}`,
      "",
      "STEP_INVALID",
      /a function at f/,
    ],
    [
      "of a kind without a group",
      `manifest: { apiVersion: "v1", kind: "Pod" }, ${ends}`,
      "",
      "STEP_INVALID",
      /apiVersion "v1".*not made by steps/s,
    ],
    ["without a kind", `manifest: { apiVersion: "batch/v1" }, ${ends}`, "", "STEP_INVALID", /kind undefined/],
    [
      "with a name of its own",
      `manifest: { apiVersion: "batch/v1", kind: "Job", metadata: { name: "x" } }, ${ends}`,
      "",
      "STEP_INVALID",
      /metadata\.name/,
    ],
    [
      "in a namespace of its own",
      `manifest: { apiVersion: "batch/v1", kind: "Job", metadata: { namespace: "kube-system" } }, ${ends}`,
      "",
      "STEP_INVALID",
      /metadata\.namespace/,
    ],
    [
      "with a value for its metadata",
      `manifest: { apiVersion: "batch/v1", kind: "Job", metadata: ref.dimension("month") }, ${ends}`,
      "",
      "STEP_INVALID",
      /metadata/,
    ],
    [
      "that names no input",
      `manifest: { apiVersion: "batch/v1", kind: "Job", spec: ref.input("y") }, ${ends}`,
      "",
      "WIRING_INVALID",
      /input y/,
    ],
    [
      "that names a dimension it does not vary by",
      `manifest: { apiVersion: "batch/v1", kind: "Job", spec: ref.dimension("market") }, ${ends}`,
      "",
      "WIRING_INVALID",
      /dimension market.*it has month/s,
    ],
    [
      "that is given a file",
      `manifest: { apiVersion: "batch/v1", kind: "Job", spec: ref.input("f") }, ${ends}`,
      ", inputs: { f: w.outputs.f }",
      "WIRING_INVALID",
      /no place for it/,
    ],
    ["that is to write a file", `${job}, ${ends}`, `, outputs: { f: file("f") }`, "STEP_INVALID", /no place to put in/],
    [
      "with an output from nowhere",
      `${job}, ${ends}`,
      ", outputs: { x: number() }",
      "STEP_INVALID",
      /values: \{ x: \["status", "x"\] \}/,
    ],
    [
      "with a value for no output",
      `${job}, ${ends}, values: { x: ["status"] }`,
      "",
      "STEP_INVALID",
      /declares no output/,
    ],
    [
      "with a path in one text",
      `${job}, ${ends}, values: { x: "status.x" }`,
      ", outputs: { x: number() }",
      "STEP_INVALID",
      /one by one/,
    ],
    [
      "that never succeeds",
      `${job}, succeeded: [], failed: { condition: "Failed", is: "True" }`,
      "",
      "STEP_INVALID",
      /when it has succeeded/,
    ],
    [
      "that never fails",
      `${job}, succeeded: { condition: "Complete", is: "True" }`,
      "",
      "STEP_INVALID",
      /has failed by undefined/,
    ],
    [
      "with a condition of another form",
      `${job}, succeeded: { condition: "Complete", equals: true }, failed: []`,
      "",
      "STEP_INVALID",
      /has succeeded by/,
    ],
    [
      "with a member that there is not",
      `${job}, succeeded: { path: ["a"], equals: 1, mesage: ["b"] }, failed: []`,
      "",
      "STEP_INVALID",
      /has succeeded by/,
    ],
    ["with no labels for its pods", `${job}, ${ends}, pods: {}`, "", "STEP_INVALID", /selects its pods by nothing/],
    ["kept at another time", `${job}, ${ends}, keep: "sometimes"`, "", "STEP_INVALID", /"never", "failed" or "always"/],
    ["with an option that there is not", `${job}, ${ends}, keeps: "always"`, "", "STEP_INVALID", /no option keeps/],
    ["with an image", `${job}, ${ends}`, `, image: "python:3.12"`, "STEP_INVALID", /has the option image/],
    ["with secrets", `${job}, ${ends}`, `, secrets: {}`, "STEP_INVALID", /has the option secrets/],
    ["with resources", `${job}, ${ends}`, ", resources: { cpu: 2 }", "STEP_INVALID", /has the option resources/],
  ])("is refused %s", async (_title, options, more, code, says) => {
    const error = await testProject(resource(options, more)).refused({ profile: cluster });
    expect(error).toMatchObject({ code });
    expect(`${error.message}\n${error.mend}`).toMatch(says);
  });

  it.each<[string, NamedProfile["platforms"], RegExp]>([
    [
      "processes",
      { cluster: { type: "local" } },
      /only a cluster.*kubernetes\(\{ resources: \["batch\/v1\/Job"\] \}\)/s,
    ],
    ["containers", { cluster: { type: "docker", image: "python:3" } }, /runs on cluster \(docker\).*only a cluster/s],
    ["a cluster that lists no kind", { cluster: { type: "kubernetes" } }, /no kind is listed there/],
    [
      "a cluster that lists others",
      { cluster: { type: "kubernetes", resources: ["ray.io/v1/RayJob"] } },
      /they may make ray\.io\/v1\/RayJob.*is to be trusted/s,
    ],
  ])("is refused on %s", async (_title, platforms, says) => {
    const error = await testProject(resource(`${job}, ${ends}`)).refused({ profile: profile(platforms) });
    expect(error).toMatchObject({ code: "STEP_INVALID", place: { step: "train" } });
    expect(`${error.message}\n${error.mend}`).toMatch(says);
  });
});
