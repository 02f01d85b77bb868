import { afterEach, expect, it } from "vitest";
import { lastLine, Project } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

it("writes, plans and runs the pipeline of `flotilla init`", async () => {
  project = new Project({});
  expect((await project.flotilla("init")).code).toBe(0);
  expect((await project.flotilla("init")).code, "a second init writes over the first").toBe(2);
  const { tasks } = await project.json<{ tasks: Record<string, number> }>("plan");
  const total = Object.values(tasks).reduce((sum, count) => sum + count, 0);
  expect(lastLine(await project.flotilla("run", "--json"))).toMatchObject({
    state: "succeeded",
    tasks: { total, succeeded: total },
  });
}, 60_000);

it("forecasts the employment series in an environment that it builds, as a task with a log", async () => {
  project = new Project({}, { copyOf: "examples/employment" });
  const result = lastLine(await project.flotilla("run", "--json"));
  expect(result).toMatchObject({ state: "succeeded" });
  expect(result.tasks["total"]).toBeGreaterThan(143);
  expect((await project.flotilla("logs", "environment-numpy")).stdout).toContain("numpy");
}, 180_000);

it("trains one scenario of the flights fleet and writes its report", async () => {
  project = new Project({}, { copyOf: "examples/flights" });
  expect(lastLine(await project.flotilla("run", "--select", "ci", "--json"))).toMatchObject({ state: "succeeded" });
  expect((await project.flotilla("artifacts", "report", "report", "-o", "report.html")).code).toBe(0);
  expect(project.read("report.html")).toContain("<svg");
}, 300_000);
