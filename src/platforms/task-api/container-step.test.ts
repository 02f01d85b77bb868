import { describe, expect, it } from "vitest";
import { openTaskApi } from "../../../test/helpers/ask-task-api.ts";
import { hashBytes } from "../../artifacts/hashing.ts";

const work = { type: "container", args: ["x"], env: {} } as const;
const none = Buffer.alloc(0);

describe("a container step behind the task API", () => {
  it("is told to its helpers, which know the places that its container sees", async () => {
    const { artifacts, makeSpec, admit, ask } = await openTaskApi();
    const { digest, bytes } = await artifacts.put(Buffer.from("data"));
    const data = { artifact: { type: "file", digest, bytes, name: "d.txt" } } as const;
    const spec = makeSpec({ work, inputs: { data }, outputs: { out: { type: "file", path: "a/b" } } });
    const { text } = await ask(await admit(spec), "GET", "/v1/attempt?scratch=/");
    const document = JSON.parse(text) as Record<string, Record<string, unknown>>;
    expect(document["inputs"]).toEqual([{ path: "data/d.txt", type: "file", digest, bytes }]);
    expect(document["container"]).toMatchObject({
      places: { inputs: "/flotilla/inputs", outputs: "/flotilla/outputs", values: "/flotilla/outputs/values.json" },
      task: { task: spec.task, inputs: { data: { path: "/flotilla/inputs/data/d.txt" } } },
    });
    expect(document["attempt"]!["outputs"]).toEqual({ out: { type: "file", path: "/flotilla/outputs/a/b" } });
    expect(document).not.toHaveProperty("code");
  });

  it("is told of the end of its container with the answer to a heartbeat, also by a later process", async () => {
    const ground = await openTaskApi();
    const spec = ground.makeSpec({ work });
    const token = await ground.admit(spec);
    const beat = ground.ask(token, "POST", "/v1/heartbeat?knows=cancel", none);
    ground.api.containerEnded(spec.id, { exitCode: 3, startedAt: 1, endedAt: 2 });
    const told = '{"ended":{"exitCode":3,"startedAt":1,"endedAt":2}}';
    expect((await beat).text).toBe(told);
    ground.api.containerEnded(spec.id, { exitCode: 0 });
    const later = await ground.another();
    expect((await later.ask(token, "POST", "/v1/heartbeat?knows=cancel", none)).text).toBe(told);
  });

  it("tells nothing of a container whose attempt is not there", async () => {
    const { api, makeSpec } = await openTaskApi();
    expect(() => api.containerEnded(makeSpec({ work }).id, { exitCode: 0 })).not.toThrow();
  });

  it("succeeds by what is handed in for it, and not by an exit code that was asked for", async () => {
    const { reports, makeSpec, admit, ask } = await openTaskApi();
    const list = JSON.stringify({ entries: [] });
    for (const [endedByUs, completed] of [
      [false, true],
      [true, false],
    ]) {
      const spec = makeSpec({ work, outputs: { n: { type: "number" } } });
      const token = await admit(spec);
      await ask(token, "POST", "/v1/outputs", Buffer.from(list));
      const result = { protocol: 1, completed: true, values: { n: 1 } };
      const exit = { protocol: 1, id: spec.id, exitCode: 0, completed: true, result, ...(endedByUs && { endedByUs }) };
      const lengths = { logBytes: 0, progressBytes: 0, changedInputs: [] };
      const told = { host: "h", exit, outputs: hashBytes(Buffer.from(list)), ...lengths };
      expect((await ask(token, "POST", "/v1/exit", Buffer.from(JSON.stringify(told)))).status).toBe(200);
      expect(reports.at(-1)).toMatchObject({ type: "ended", attempt: spec.id, evidence: { completed } });
    }
  });
});
