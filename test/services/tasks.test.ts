import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkRequest } from "../../src/api/check-request.ts";
import type { Content } from "../../src/server/content/content.ts";
import { openArtifact } from "../../src/server/content/open-artifact.ts";
import { openLog } from "../../src/server/content/open-log.ts";
import { openServiceProject, type ServiceProject } from "../helpers/service-project.ts";
import { fleet } from "./fleet.ts";

let project: ServiceProject;
let run: string;
beforeAll(async () => {
  project = await openServiceProject(fleet);
  run = (await project.api.startRun({ params: { broken: "be" } })).id;
  await project.ended(run);
}, 60_000);
afterAll(() => project.close(), 60_000);

const good = "train[market=at,month=1]";
const bad = "train[market=be,month=2]";

describe("a task over the API in this process", { timeout: 30_000 }, () => {
  it("tells what it was given and by whom, what it made, and what it went through", async () => {
    const task = await project.api.getTask({ run, task: good });
    expect(task).toMatchObject({
      ref: good,
      state: "succeeded",
      attempts: 1,
      key: { market: "at", month: 1 },
      work: "node tasks.mjs:train",
      values: { score: 98, note: "trained at" },
      needs: [{ ref: "extract", state: "succeeded" }],
      feeds: [{ ref: "report", state: "blocked" }],
      needsTotal: 1,
      feedsTotal: 1,
    });
    expect(task.inputs).toMatchObject([
      { name: "broken", value: { value: "be" } },
      { name: "depth", value: { value: 3 } },
      { name: "table", from: "extract", value: { artifact: { type: "file", name: "table.csv", bytes: 12 } } },
    ]);
    const all = task.outputs.find(({ name }) => name === "all")!.value as { value: string; cut: boolean };
    expect([all.cut, all.value.length]).toEqual([true, 64 * 1024]);
    expect(task.attemptsMade).toMatchObject([
      { number: 1, ending: "succeeded", asked: { cpu: 1, memoryBytes: 256 * 2 ** 20 }, platform: "local" },
    ]);
    expect(task.history.map(({ what }) => what.replaceAll(/\d+(\.\d+)? m?s\b/g, "# s"))).toEqual(
      expect.arrayContaining(["attempt 1 started on local", "attempt 1 worked for # s", "attempt 1 ended: succeeded"]),
    );
    const times = task.history.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("says of one that failed why, what to do, and what to type", async () => {
    const task = await project.api.getTask({ run, task: bad });
    expect(task).toMatchObject({ state: "failed", class: "user", error: "TypeError: no data for be" });
    expect(task.attemptsMade[0]).toMatchObject({
      class: "user",
      ending: expect.stringContaining("TypeError: no data for be: the task's own code failed"),
      error: { type: "TypeError", message: "no data for be", at: expect.stringContaining("tasks.mjs:") },
    });
    expect(task.commands.map(({ line }) => line)).toEqual([
      `flotilla show '${bad}' --run ${run}`,
      `flotilla logs '${bad}' --run ${run}`,
      `flotilla restart ${run} --task '${bad}'`,
    ]);
    const report = await project.api.getTask({ run, task: "report" });
    expect(report).toMatchObject({ state: "blocked", needsTotal: 6 });
    expect(report.needs.slice(0, 3).map(({ state }) => state)).toEqual(["failed", "failed", "succeeded"]);
    expect(report.inputs).toEqual([]);
  });

  it("reads its log onwards, at the end, and upwards, one stream or both", async () => {
    const texts = async (rest: object): Promise<string[]> =>
      (await project.api.readLogs({ run, task: good, ...rest })).lines.map(({ text }) => text);
    const out = ["training at 1", "epoch 1", "epoch 2", "epoch 3"];
    expect(await texts({ stream: "stdout" })).toEqual(out);
    expect(await texts({ stream: "stderr" })).toEqual(["warning of at"]);
    const first = await project.api.readLogs({ run, task: good, limit: 2 });
    const rest = await project.api.readLogs({ run, task: good, from: first.next });
    expect([first.lines.length, rest.lines.length, first.ended, rest.ended]).toEqual([2, 3, false, true]);
    expect(rest).toMatchObject({ from: first.next, next: rest.size, attempt: 1 });
    const last = await project.api.readLogs({ run, task: good, tail: 1 });
    const above = await project.api.readLogs({ run, task: good, before: last.from, limit: 4 });
    expect([...above.lines, ...last.lines]).toEqual([...first.lines, ...rest.lines]);
    expect([last.next, above.from, above.next]).toEqual([last.size, 0, last.from]);
    expect(await texts({ from: rest.size })).toEqual([]);
  });

  it("has an empty log before the first attempt, and none of an attempt that there was not", async () => {
    expect(await project.api.readLogs({ run, task: "report" })).toEqual({
      attempt: 0,
      lines: [],
      from: 0,
      next: 0,
      size: 0,
      ended: false,
    });
    const refused = { code: "TASK_NOT_FOUND" };
    await expect(project.api.readLogs({ run, task: good, attempt: 2 })).rejects.toMatchObject(refused);
    await expect(project.api.readLogs({ run, task: "train[market=xx,month=1]" })).rejects.toMatchObject(refused);
  });

  it("finds a text in all logs of a run, in the order of tasks, however small the pages", async () => {
    const whole = await project.api.searchLogs({ run, text: "EPOCH 2" });
    expect(whole.hits.map(({ task, text }) => `${task} ${text}`)).toEqual(
      ["at", "be", "ch"].flatMap((market) => [1, 2].map((month) => `train[market=${market},month=${month}] epoch 2`)),
    );
    expect(whole.next).toBeUndefined();
    const paged = [];
    for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
      const page = await project.api.searchLogs({ run, text: "epoch", where: "market=at", limit: 2, after });
      paged.push(...page.hits);
      after = page.next;
    }
    expect(paged.map(({ text }) => text)).toEqual(["epoch 1", "epoch 2", "epoch 3", "epoch 1", "epoch 2", "epoch 3"]);
    expect(paged.every(({ task, from }) => task.includes("market=at") && from > 0)).toBe(true);
    expect((await project.api.searchLogs({ run, text: "EPOCH", matchCase: true })).hits).toEqual([]);
    const failed = await project.api.searchLogs({ run, text: "epoch 1", state: "failed" });
    expect(failed.hits).toHaveLength(2);
  });

  it("streams a log whole or in part", async () => {
    const log = await openLog(project.context, checkRequest("downloadLog", { run, task: good }));
    const all = await textOf(log);
    expect(all.split("\n").filter((line) => line.endsWith(" stdout F epoch 2"))).toHaveLength(1);
    expect(all).toHaveLength(log.bytes);
    expect(await textOf(log, { from: 3, to: 10 })).toBe(all.slice(3, 10));
    const none = await openLog(project.context, checkRequest("downloadLog", { run, task: "report" }));
    expect([none.bytes, await textOf(none)]).toEqual([0, ""]);
  });

  it("lists artifacts, and previews them as what they are", async () => {
    const { artifacts, next } = await project.api.listArtifacts({ run });
    expect(artifacts.map(({ task, output, type, bytes }) => [task, output, type, bytes])).toEqual([
      ["extract", "parts", "folder", 8],
      ["extract", "table", "file", 12],
    ]);
    expect(next).toBeUndefined();
    const place = { run, task: "extract" };
    expect(await project.api.previewArtifact({ ...place, output: "table" })).toEqual({
      type: "table",
      columns: ["a", "b"],
      rows: [
        ["1", "2"],
        ["3", "4"],
      ],
      bytes: 12,
      cut: false,
    });
    expect(await project.api.previewArtifact({ ...place, output: "parts" })).toEqual({
      type: "folder",
      files: [
        { path: "deep/two.txt", bytes: 4 },
        { path: "one.txt", bytes: 4 },
      ],
      total: 2,
    });
    const inner = await project.api.previewArtifact({ ...place, output: "parts", path: "deep/two.txt" });
    expect(inner).toEqual({ type: "text", text: "two\n", bytes: 4, cut: false });
    const folder = await project.api.previewArtifact({ ...place, output: "parts", path: "deep" });
    expect(folder).toMatchObject({ files: [{ path: "two.txt" }] });
  });

  it("leads to nothing but what is in the folder that a task made", async () => {
    const paths = ["../one.txt", "/etc/passwd", "deep/../one.txt", "deep/", "no", "%2e%2e/x", "deep\\two.txt", "a\0"];
    for (const path of paths)
      await expect(project.api.previewArtifact({ run, task: "extract", output: "parts", path })).rejects.toMatchObject({
        code: "TASK_NOT_FOUND",
      });
    for (const output of ["none", "__proto__", "constructor"])
      await expect(project.api.previewArtifact({ run, task: "extract", output })).rejects.toMatchObject({
        code: "TASK_NOT_FOUND",
        mend: "it has parts, table",
      });
  });

  it("streams a file, a part of it, a file of a folder, and a folder as a tar file", async () => {
    const open = (rest: object): Promise<Content> =>
      openArtifact(project.context, checkRequest("downloadArtifact", { run, task: "extract", ...rest } as never));
    const table = await open({ output: "table" });
    expect([await textOf(table), await textOf(table, { from: 4, to: 7 })]).toEqual(["a,b\n1,2\n3,4\n", "1,2"]);
    expect(table).toMatchObject({ name: "table.csv", bytes: 12, hasRanges: true, shown: "plain" });
    expect(await textOf(await open({ output: "parts", path: "one.txt" }))).toBe("one\n");
    const tar = await open({ output: "parts" });
    const target = join(project.folder, "unpacked");
    mkdirSync(target);
    writeFileSync(join(target, "x.tar"), await bytesOf(tar));
    expect(await bytesOf(tar)).toHaveLength(tar.bytes);
    execFileSync("tar", ["-xf", "x.tar"], { cwd: target });
    expect(execFileSync("cat", ["parts/one.txt", "parts/deep/two.txt"], { cwd: target, encoding: "utf8" })).toBe(
      "one\ntwo\n",
    );
  });
});

async function bytesOf(content: Content, range?: Parameters<Content["open"]>[0]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await content.open(range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function textOf(content: Content, range?: Parameters<Content["open"]>[0]): Promise<string> {
  return (await bytesOf(content, range)).toString();
}
