import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunId } from "../../src/core/ids.ts";
import { localApi } from "../../src/server/local-api.ts";
import { until } from "../e2e/project.ts";
import { openServiceProject, type ServiceProject } from "../helpers/service-project.ts";
import { fleet } from "./fleet.ts";

let project: ServiceProject;
beforeAll(async () => {
  project = await openServiceProject(fleet);
}, 60_000);
afterAll(() => project.close(), 60_000);

describe("runs over the API in this process", { timeout: 60_000 }, () => {
  it("previews what a run would do, and stores nothing", async () => {
    const preview = await project.api.previewRun({ select: "pr", paramTexts: ["depth=5"] });
    expect(preview).toMatchObject({
      pipeline: "fleet",
      params: { broken: "", depth: 5 },
      coverage: { name: "pr", scenarios: 2, of: 6 },
      tasks: 4,
      edges: [
        { from: "extract", to: "train", kind: "broadcast", input: "table" },
        { from: "train", to: "report", kind: "collect", input: "scores" },
      ],
    });
    expect(preview.steps.map(({ name, work, needs, tasks }) => [name, work, needs, tasks])).toEqual([
      ["extract", expect.stringContaining("sh -euc"), "1 CPU", 1],
      ["train", "node tasks.mjs:train", "1 CPU, 256 MiB", 2],
      ["report", "node tasks.mjs:report", "1 CPU", 1],
    ]);
    expect(preview.joins).toContain("train → report  collect, it reads 2");
    expect(preview).not.toHaveProperty("plan");
    expect((await project.api.listRuns({})).runs).toEqual([]);
    expect((await project.api.previewRun({ plan: true })).plan).toMatchObject({ format: 1 });
  });

  it("starts a run, shows it as it goes, and says what can be done with it", async () => {
    const { id } = await project.api.startRun({ params: { depth: 1 }, startedBy: "ben" });
    const row = await project.ended(id);
    expect(row).toMatchObject({ state: "succeeded", file: "pipeline.ts", changedParams: ["depth"] });
    const run = await project.api.getRun({ run: id });
    expect(run).toMatchObject({
      state: "succeeded",
      startedBy: "ben",
      changedParams: ["depth"],
      description: "Models of markets",
      tasks: { total: 8, succeeded: 8 },
      actions: ["restart"],
      dimensions: [
        { name: "market", values: 3, ordered: false },
        { name: "month", values: 2, ordered: true },
      ],
    });
    expect(run.steps.map(({ counts }) => counts.succeeded)).toEqual([1, 6, 1]);
    expect(run.steps[1]!.medianMs).toBeGreaterThan(0);
    expect((await project.api.getRun({ run: "latest" })).id).toBe(id);
    expect((await project.api.previewRun({})).expectedMs).toBeGreaterThan(0);
  });

  it("makes one run of a request that is sent twice with one key, and refuses another request with it", async () => {
    const keyed = localApi(project.context, { by: "anna", idempotencyKey: "start-once" });
    const [first, second] = await Promise.all([keyed.startRun({ select: "pr" }), keyed.startRun({ select: "pr" })]);
    expect(second.id).toBe(first.id);
    expect((await keyed.startRun({ select: "pr" })).id).toBe(first.id);
    await expect(keyed.startRun({ select: "all" })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(keyed.cancelRun({ run: first.id })).rejects.toMatchObject({ code: "CONFLICT" });
    await project.ended(first.id);
    expect((await project.api.listRuns({ search: "pr" })).runs.map(({ id }) => id)).toEqual([first.id]);
  });

  it("restarts what failed, once per key, with the code as it is then", async () => {
    const { id } = await project.api.startRun({ params: { broken: "be", depth: 1 } });
    expect(await project.ended(id)).toMatchObject({ state: "failed" });
    const failed = await project.api.getRun({ run: id });
    expect(failed.tasks).toMatchObject({ failed: 2, blocked: 1 });
    writeFileSync(join(project.folder, "tasks.mjs"), fleet["tasks.mjs"]!.replace("market === broken", "false"));
    const keyed = localApi(project.context, { by: "anna", idempotencyKey: "restart-once" });
    const restarted = await keyed.restartTasks({ run: id });
    expect(restarted.restarted).toBe(2);
    await carriedOut(id);
    const again = await keyed.restartTasks({ run: id });
    expect([again.restarted, again.run.state]).toEqual([2, "succeeded"]);
    await expect(project.api.restartTasks({ run: id })).rejects.toMatchObject({ code: "RUN_STATE" });
    const chosen = await project.api.restartTasks({ run: id, from: ["train"], where: ["market=at"] });
    expect(chosen.restarted).toBe(2);
    await carriedOut(id);
    const differences = (
      await project.api.getDefinition({ run: id, against: (await project.api.listRuns({})).runs.at(-1)!.id })
    ).differences!;
    expect(differences.map(({ what }) => what)).toEqual(["parameter broken", "train: input broken", "code: 1 files"]);
  });

  it("refuses what makes no sense in the state a run is in", async () => {
    const { id } = (await project.api.listRuns({ limit: 1 })).runs[0]!;
    for (const ask of [project.api.pauseRun, project.api.resumeRun, project.api.cancelRun])
      await expect(ask({ run: id })).rejects.toMatchObject({ code: "RUN_STATE" });
    await expect(project.api.getRun({ run: "r000" })).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  });

  it("lists runs page by page", async () => {
    const all = (await project.api.listRuns({})).runs.map(({ id }) => id);
    const first = await project.api.listRuns({ limit: 2 });
    const second = await project.api.listRuns({ limit: 2, after: first.next });
    expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual(all);
    expect(second.next).toBeUndefined();
    expect((await project.api.listRuns({ state: "failed" })).runs).toEqual([]);
  });

  it("tells what a run is pinned to, and its scenarios", async () => {
    const definition = await project.api.getDefinition({ run: "latest" });
    expect(definition).toMatchObject({
      pipeline: "fleet",
      file: "pipeline.ts",
      code: expect.stringMatching(/^sha256:/),
      params: [
        { name: "broken", value: "be", default: "", description: "the market that fails", type: "string" },
        { name: "depth", value: 1, default: 3, type: "integer" },
      ],
    });
    const page = await project.api.listScenarios({ run: "latest", where: "market!=be", limit: 3 });
    expect(page).toMatchObject({
      total: 4,
      rows: [
        ["at", 1],
        ["at", 2],
        ["ch", 1],
      ],
    });
    const rest = await project.api.listScenarios({ run: "latest", where: "market!=be", limit: 3, after: page.next });
    expect(rest.rows).toEqual([["ch", 2]]);
    expect(rest.next).toBeUndefined();
    await expect(project.api.listScenarios({ run: "latest", after: "nonsense" })).rejects.toMatchObject({
      code: "USAGE",
      place: { name: "after" },
    });
  });

  it("names the field that is wrong in a request", async () => {
    const usage = (name: string) => ({ code: "REQUEST_INVALID", place: { name } });
    await expect(project.api.listRuns({ limit: 0 })).rejects.toMatchObject(usage("limit"));
    await expect(project.api.getRun({ run: "latest", state: "x" } as never)).rejects.toMatchObject(usage("state"));
    await expect(project.api.startRun({ params: { depth: 1 }, where: "x" } as never)).rejects.toMatchObject(
      usage("where"),
    );
  });

  it("takes no pipeline file from outside of the project", async () => {
    for (const file of ["../x/pipeline.ts", "/etc/passwd", "no.ts", ".", "a\0b", "..%2fpipeline.ts"])
      await expect(project.api.previewRun({ file })).rejects.toMatchObject({ code: "PIPELINE_NOT_FOUND" });
  });

  it("finds the pipelines of the project, what has run, and what a new run can be given", async () => {
    writeFileSync(join(project.folder, "other.pipeline.ts"), needy);
    const { pipelines } = await project.api.listPipelines({});
    expect(pipelines).toMatchObject([
      { name: "fleet", file: "pipeline.ts", runs: 3, last: { state: "succeeded" } },
      { name: "needy", file: "other.pipeline.ts", runs: 0 },
    ]);
    expect(await project.api.getRunForm({ pipeline: "needy" })).toMatchObject({
      file: "other.pipeline.ts",
      selections: ["all"],
      defaultSelection: "all",
      scenarios: 2,
      dimensions: [{ name: "n", values: ["1", "2"], total: 2 }],
      paramsSchema: { properties: { must: { type: "string" } }, required: ["must"] },
    });
    expect((await project.api.getRunForm({ pipeline: "fleet" })).selections).toEqual(["all", "pr"]);
    await expect(project.api.getRunForm({ pipeline: "fleeet" })).rejects.toMatchObject({ code: "PIPELINE_NOT_FOUND" });
  });

  it("follows the numbers of a pipeline over its runs", async () => {
    const { runs, next } = await project.api.getPipeline({ pipeline: "fleet", limit: 2 });
    expect(next).toBe(runs[1]!.run.id);
    expect(runs.map(({ success }) => success)).toEqual([1, 1]);
    // Codes of "a", "b", "c" and months 1 and 2.
    expect(runs[0]!.numbers).toEqual({ "train.score": 99.5, "report.best": 101 });
    await expect(project.api.getPipeline({ pipeline: "none" })).rejects.toMatchObject({ code: "PIPELINE_NOT_FOUND" });
  });

  it("says what platforms have, and what the server is", async () => {
    const { platforms, engines, users, waiting } = await project.api.platforms({});
    expect(platforms.find(({ name }) => name === "local")!.resources).toContainEqual({
      name: "cpu",
      capacity: 2,
      used: 0,
    });
    expect(engines).toEqual([{ id: project.context.engine, runs: 0, alive: true }]);
    expect([users, waiting]).toEqual([[], []]);
    expect(await project.api.server({})).toMatchObject({ version: "1.2.3", apiVersion: 1, store: "ok" });
  });
});

const needy = `
import { noop, pipeline, scenarios, z } from "flotilla";
export default pipeline("needy", {
  params: z.object({ must: z.string() }),
  scenarios: scenarios.product({ n: [1, 2] }),
}, ({ step }) => { step("only", { run: noop() }); });
`;

/** Waits until what was asked of a run is done, and the run has ended again. */
async function carriedOut(id: string): Promise<void> {
  const { store } = project.context;
  await until(async () => (await store.openRequests([id as RunId])).length === 0, `what was asked of ${id} is done`);
  expect(await project.ended(id)).toMatchObject({ state: "succeeded" });
}
