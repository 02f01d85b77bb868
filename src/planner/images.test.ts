import { describe, expect, it } from "vitest";
import type { PlanStep } from "../core/plan.ts";
import { testProject, withSteps } from "./test-project.ts";

const files = { "r.txt": "six==1.17.0\n", "other.txt": "six\n", "src/a.py": "" };

async function stepsOf(steps: string): Promise<readonly PlanStep[]> {
  return (await testProject(withSteps(steps), files).plan()).plan.steps;
}
const named = (steps: readonly PlanStep[], name: string): PlanStep => steps.find((step) => step.name === name)!;
const use = (name: string, image: string, more = ""): string =>
  `step("${name}", { run: python("m:f"), image: build(${image}), on: "cpu" ${more} });\n`;

describe("images that are to be built", () => {
  it("must be where the last attempt is as well", async () => {
    const registry = "registry.example/team";
    const platforms = {
      spot: { type: "kubernetes", registry },
      steady: { type: "kubernetes", registry },
      engine: { type: "docker" },
      here: { type: "local" },
    } as const;
    const profile = { name: "mine", platforms, others: "refused" } as const;
    const on = (first: string, last: string) =>
      testProject(
        withSteps(
          `step("a", { run: python("m:f"), image: build({ from: "python:3.12" }), on: "${first}", lastAttemptOn: "${last}" });`,
        ),
        files,
      );
    await expect(on("spot", "steady").plan({ profile })).resolves.toBeDefined();
    for (const [first, last] of [
      ["spot", "engine"],
      ["engine", "here"],
    ] as const)
      expect(await on(first, last).refused({ profile })).toMatchObject({
        code: "STEP_INVALID",
        message: expect.stringMatching(`last attempt on ${last}, where the image that is built for ${first} is not`),
      });
  });

  it("become steps that those who need them come after; equal ones on one platform are one", async () => {
    const one = `{ from: "python:3.12", requirements: "./r.txt", files: ["src", "./src/"] }`;
    const steps = await stepsOf(
      use("a", one) + use("b", one) + use("c", one, `, on: "gpu"`) + use("d", `{ from: "python:3.12", name: "plain" }`),
    );
    expect(steps.map((step) => [step.name, step.work.type, step.on, step.after[0]?.step, step.image])).toEqual([
      ["image", "image", "cpu", undefined, undefined],
      ["image-2", "image", "gpu", undefined, undefined],
      ["image-plain", "image", "cpu", undefined, undefined],
      ["a", "python", "cpu", "image", { madeBy: "image" }],
      ["b", "python", "cpu", "image", { madeBy: "image" }],
      ["c", "python", "gpu", "image-2", { madeBy: "image-2" }],
      ["d", "python", "cpu", "image-plain", { madeBy: "image-plain" }],
    ]);
    expect(named(steps, "image")).toMatchObject({
      work: { recipe: { from: "python:3.12", requirements: "r.txt", files: ["src"] } },
      outputs: { image: { type: "string", optional: true } },
    });
  });

  it("bring the environment along that stands for them on this machine", async () => {
    const steps = await stepsOf(use("a", `{ from: "python:3.12", requirements: "r.txt" }`));
    const environment = { type: "venv", source: "requirements", path: "r.txt" };
    expect(named(steps, "a").work).toMatchObject({ environment });
    expect(named(steps, "image").work).toMatchObject({ environment });
    expect(steps.map(({ name }) => name)).toEqual(["image", "a"]);
  });

  it("leave an environment alone that is named beside them", async () => {
    const steps = await stepsOf(
      use("a", `{ from: "python:3.12", requirements: "r.txt" }`, `, environment: { requirements: "other.txt" }`),
    );
    expect(named(steps, "a").work).toMatchObject({ environment: { path: "other.txt" } });
    expect(named(steps, "image").work).not.toHaveProperty("environment");
    expect(named(steps, "a").after.map(({ step }) => step)).toEqual(["image", "environment"]);
  });

  it("are none for a step that does nothing", async () => {
    const steps = await stepsOf(`step("a", { run: noop(), image: build({ from: "python:3.12" }) });`);
    expect(steps.map(({ name, image }) => [name, image])).toEqual([["a", undefined]]);
  });

  it("are not for a resource of a cluster, whose manifest names its own", async () => {
    const job = `manifest: { apiVersion: "batch/v1", kind: "Job", spec: {} }`;
    const ends = `succeeded: { condition: "Complete", is: "True" }, failed: { condition: "Failed", is: "True" }`;
    const text = withSteps(
      `step("a", { run: kubernetesResource({ ${job}, ${ends} }), image: build({ from: "python:3.12" }) });`,
    );
    expect(await testProject(text).refused()).toMatchObject({
      code: "STEP_INVALID",
      message: expect.stringContaining("whose manifest names its images"),
    });
  });

  it.each([
    [`{ from: "python 3" }`, /has an image built from "python 3"/],
    [`{ from: "python:3.12", requirements: "none.txt" }`, /from none\.txt, and it cannot be read/],
    [`{ from: "python:3.12", files: ["none"] }`, /built from none, which is not there/],
    [`{ from: "python:3.12", files: ["../x"] }`, /from \.\.\/x, outside of the project/],
    [`{ from: "python:3.12", files: ["/etc/passwd"] }`, /outside of the project/],
    [`{ from: "python:3.12", name: "My Image" }`, /with the name "My Image"/],
    [`{ from: "python:3.12", requirments: "r.txt" }`, /build\(\) has no option requirments/],
    [`{ files: [] }`, /built from undefined/],
  ])("%s is refused with its place", async (image, says) => {
    const error = await testProject(withSteps(use("a", image)), files).refused();
    expect(error).toMatchObject({ code: "STEP_INVALID", message: expect.stringMatching(says) });
    expect(error.mend).toBeTruthy();
    expect(error.place).toMatchObject({ line: 6 });
  });
});
