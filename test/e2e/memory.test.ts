import { afterEach, expect, it } from "vitest";
import { onEachPlace } from "./places.ts";
import { lastLine, type Project } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

const work = `
def fit():
    data = bytearray(150 * 1024 * 1024)
    data[::4096] = b"x" * len(data[::4096])
    return len(data)
`;
const pipeline = (retry: string): string => `
import { number, pipeline, python, scenarios } from "flotilla";
export default pipeline("memory", { scenarios: scenarios.product({ market: ["a"] }) }, ({ step }) => {
  step("train", { on: "cpu", by: ["market"], run: python("work:fit"), outputs: { size: number() }, resources: { cpu: 1, memory: "80Mi" }${retry} });
});
`;

onEachPlace((place) => {
  it("raises the memory of a task that ran out of it, and says so", async () => {
    project = place.project({
      "work.py": work,
      "pipeline.ts": pipeline(`, retry: { outOfMemory: { attempts: 3, memory: "x2", upTo: "1Gi" } }`),
    });
    const result = await project.flotilla("run", "--json");
    expect(lastLine(result)).toMatchObject({ state: "succeeded" });
    const task = await project.json<{ attempts: { class?: string; evidence?: { outOfMemory?: unknown } }[] }>(
      "show",
      "train[market=a]",
    );
    expect(task.attempts.map((attempt) => attempt.class ?? "succeeded")).toEqual(
      ["out_of_memory", "out_of_memory", "succeeded"].slice(-task.attempts.length),
    );
    expect(task.attempts[0]!.evidence!.outOfMemory).toBeDefined();
  }, 120_000);

  it("names limit and peak when a task may not have more", async () => {
    project = place.project({ "work.py": work, "pipeline.ts": pipeline("") });
    const result = await project.flotilla("run");
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(/out of memory \(limit 80 MiB/);
  }, 120_000);
});
