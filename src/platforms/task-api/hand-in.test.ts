import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { handIn, openTaskApi } from "../../../test/helpers/ask-task-api.ts";
import type { TaskApiGround, Told } from "../../../test/helpers/ask-task-api.ts";
import { hashBytes } from "../../artifacts/hashing.ts";
import { attemptFolder } from "../local/attempt-folder.ts";
import { waitFor } from "../platform-contract.ts";
import type { AttemptSpec } from "../platform.ts";

const model = Buffer.from("a model");
const digest = hashBytes(model);
const entry = { path: "model.bin", type: "file", digest, bytes: model.length };

interface Attempt {
  readonly ground: TaskApiGround;
  readonly spec: AttemptSpec;
  readonly tell: (method: string, path: string, body?: unknown) => Promise<Told>;
  /** Lists these, puts the model and hands in. */
  readonly finish: (entries: readonly unknown[]) => Promise<Told>;
}

async function begin(
  outputs: AttemptSpec["outputs"] = { model: { type: "file", path: "model.bin" } },
): Promise<Attempt> {
  const ground = await openTaskApi({ outputs: { files: 10, bytes: 1000 }, logBytes: 100 });
  const spec = ground.makeSpec({ outputs });
  const token = await ground.admit(spec);
  const tell = (method: string, path: string, body?: unknown): Promise<Told> => ground.ask(token, method, path, body);
  const finish = async (entries: readonly unknown[]): Promise<Told> => {
    const list = { entries };
    await tell("POST", "/v1/outputs", list);
    await tell("PUT", `/v1/outputs/${digest}?from=0`, model);
    return tell("POST", "/v1/exit", handIn({ outputs: hashBytes(Buffer.from(JSON.stringify(list))) }));
  };
  return { ground, spec, tell, finish };
}

describe("what an attempt hands in", () => {
  it("is stored as that of a task of this machine, and leaves nothing else behind", async () => {
    const { ground, spec, finish } = await begin();
    expect((await finish([entry])).status).toBe(200);
    expect(ground.reports).toMatchObject([
      {
        type: "ended",
        evidence: { completed: true, exitCode: 0 },
        outputs: { model: { artifact: { digest, bytes: 7, name: "model.bin" } } },
      },
    ]);
    expect(await buffer(await ground.artifacts.get(digest))).toEqual(model);
    const left = readdirSync(attemptFolder(ground.flotilla, spec.id).root);
    expect(left).not.toContain("outputs");
    expect(left).not.toContain("uploads");
  });

  it("is refused with what is missing, until all of it has come", async () => {
    const { tell, ground } = await begin();
    const list = { entries: [entry] };
    const last = handIn({ logBytes: 5, progressBytes: 1, outputs: hashBytes(Buffer.from(JSON.stringify(list))) });
    const missing = async (): Promise<unknown> => {
      const { status, text } = await tell("POST", "/v1/exit", last);
      return status === 409 ? (JSON.parse(text) as { missing: unknown }).missing : status;
    };
    expect(await missing()).toEqual({ log: 0, progress: 0, list: true });
    await tell("POST", "/v1/log?from=0", Buffer.from("abc"));
    await tell("POST", "/v1/progress?from=0", Buffer.from("\n"));
    expect(await missing()).toEqual({ log: 3, list: true });
    await tell("POST", "/v1/outputs", list);
    await tell("POST", "/v1/log?from=3", Buffer.from("de"));
    expect(await missing()).toEqual({ contents: [digest] });
    await tell("PUT", `/v1/outputs/${digest}?from=0`, model.subarray(0, 3));
    expect(await missing()).toEqual({ contents: [digest] });
    await tell("PUT", `/v1/outputs/${digest}?from=3`, model.subarray(3));
    expect(await missing()).toBe(200);
    expect(ground.reports).toHaveLength(1);
  });

  it("owes its outputs where it says that its work is done", async () => {
    const { tell } = await begin();
    expect(await tell("POST", "/v1/exit", handIn())).toMatchObject({ status: 409, text: '{"missing":{"list":true}}' });
  });

  it("is finished by the next process when this one dies after it has taken it", async () => {
    const { ground, spec, finish } = await begin();
    await finish([entry]);
    const folder = attemptFolder(ground.flotilla, spec.id);
    const first = ground.reports[0];
    const other = await ground.another();
    await other.api.readmit(spec);
    expect(other.reports).toEqual([first]);
    expect(existsSync(folder.ended)).toBe(true);
  });

  it("takes one content that lies in several places once", async () => {
    const { finish, ground } = await begin({ all: { type: "folder", path: "all" } });
    const paths = ["all/a", "all/b", "all/c/d"];
    expect((await finish(paths.map((path) => ({ ...entry, path, executable: path === "all/b" })))).status).toBe(200);
    const [ended] = ground.reports;
    const all = ended?.type === "ended" ? ended.outputs["all"] : undefined;
    const tree = await ground.artifacts.readTree((all as { artifact: { digest: typeof digest } }).artifact.digest);
    expect(tree.entries).toMatchObject(paths.map((path) => ({ path: path.slice(4), digest })));
    expect(tree.entries[1]).toMatchObject({ executable: true });
  });

  it.each([
    ["leads out by its path", { ...entry, path: "../model.bin" }],
    ["has an absolute path", { ...entry, path: "/etc/passwd" }],
    ["has an empty part in its path", { ...entry, path: "a//b" }],
    ["has a digest that is none", { ...entry, digest: "sha256:../../x" }],
    ["has a negative length", { ...entry, bytes: -1 }],
    ["has a length that is no whole number", { ...entry, bytes: 0.5 }],
    ["is a link", { path: "model.bin", type: "link", target: "/etc/passwd" }],
    ["is nothing", null],
  ])("is refused when an output %s", async (_title, wrong) => {
    const { tell } = await begin();
    expect((await tell("POST", "/v1/outputs", { entries: [wrong] })).status).toBe(400);
  });

  it("is refused when two outputs have one path, one lies in another, or one digest has two lengths", async () => {
    const { tell, finish } = await begin();
    const status = async (...entries: unknown[]): Promise<number> =>
      (await tell("POST", "/v1/outputs", { entries })).status;
    expect(await status(entry, entry)).toBe(400);
    expect(await status(entry, { ...entry, path: "b", bytes: 8 })).toBe(400);
    expect((await finish([entry, { ...entry, path: "model.bin/x" }])).status).toBe(400);
  });

  it("is bounded in number and size", async () => {
    const { tell } = await begin();
    const many = Array.from({ length: 11 }, (_, i) => ({ path: `f${i}`, type: "folder" }));
    expect((await tell("POST", "/v1/outputs", { entries: many })).status).toBe(413);
    expect((await tell("POST", "/v1/outputs", { entries: [{ ...entry, bytes: 1001 }] })).status).toBe(413);
    expect((await tell("POST", "/v1/log?from=0", Buffer.alloc(101))).status).toBe(413);
  });

  it("says in words why an output could not be taken", async () => {
    const { finish, ground } = await begin();
    await finish([
      { path: "model.bin", type: "refused", why: "is a link that leads out of its folder, to /etc/passwd" },
    ]);
    expect(ground.reports).toMatchObject([
      {
        evidence: {
          completed: false,
          error: {
            type: "OUTPUT_INVALID",
            message: expect.stringMatching(/model\.bin is a link that leads out/) as string,
          },
        },
      },
    ]);
  });

  it("is not believed in its length or its content", async () => {
    const { tell } = await begin();
    await tell("POST", "/v1/outputs", { entries: [entry] });
    const put = async (from: number, body: Buffer): Promise<number> =>
      (await tell("PUT", `/v1/outputs/${digest}?from=${from}`, body)).status;
    expect(await put(0, Buffer.from("a model, and more"))).toBe(400);
    expect(await put(0, Buffer.from("A MODEL"))).toBe(422);
    expect((await tell("GET", `/v1/outputs/${digest}`)).text).toBe('{"bytes":0}');
    expect(await put(3, model.subarray(3))).toBe(409);
    expect(await put(0, model)).toBe(200);
  });

  it("tells a runner whose supervisor was killed", async () => {
    const { tell, ground } = await begin();
    expect((await tell("POST", "/v1/exit", handIn({ exit: undefined }))).status).toBe(200);
    expect(ground.reports).toMatchObject([{ evidence: { completed: false, gone: "its supervisor was killed" } }]);
  });

  it.each([
    ["no object", []],
    ["no lengths", {}],
    ["an exit record that is a text", handIn({ exit: "0" })],
  ])("is refused when it is %s", async (_title, body) => {
    const { tell } = await begin();
    expect((await tell("POST", "/v1/exit", body)).status).toBe(400);
  });
});

describe("an output that comes in", () => {
  it("is taken from whoever came last, when the connection before hangs", async () => {
    const { ground, spec, tell } = await begin();
    await tell("POST", "/v1/outputs", { entries: [entry] });
    const { env } = await ground.api.admit(spec);
    const hanging = connect(Number(new URL(env["FLOTILLA_TASK_API"]!).port), "127.0.0.1");
    onTestFinished(() => void hanging.destroy());
    const broken = once(hanging, "close");
    hanging.write(
      `PUT /v1/outputs/${digest}?from=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${env["FLOTILLA_TOKEN"]}\r\nContent-Length: 7\r\n\r\na mo`,
    );
    const come = (): Promise<string> => tell("GET", `/v1/outputs/${digest}`).then(({ text }) => text);
    await waitFor(async () => ((await come()) === '{"bytes":4}' ? true : undefined));
    expect((await tell("PUT", `/v1/outputs/${digest}?from=4`, model.subarray(4))).text).toBe('{"bytes":7}');
    await broken;
    expect((await tell("PUT", `/v1/outputs/${digest}?from=0`, model)).text).toBe('{"bytes":7}');
  });
});

describe("a log that comes in", () => {
  it("may be sent again from anywhere, and with no gap", async () => {
    const { tell, ground, spec } = await begin();
    const send = async (from: number, text: string): Promise<string> =>
      (await tell("POST", `/v1/log?from=${from}`, Buffer.from(text))).text;
    expect(await send(0, "hello ")).toBe('{"bytes":6}');
    expect(await send(0, "hello ")).toBe('{"bytes":6}');
    expect(await send(3, "lo world")).toBe('{"bytes":11}');
    expect(await send(20, "!")).toBe('{"bytes":11}');
    expect(readFileSync(attemptFolder(ground.flotilla, spec.id).log, "utf8")).toBe("hello world");
  });
});

describe("a fault of ours", () => {
  it("tells whoever asks nothing of the machine", async () => {
    const { tell, ground, spec } = await begin();
    writeFileSync(join(attemptFolder(ground.flotilla, spec.id).root, "outputs.json"), "{");
    const { status, text } = await tell("GET", `/v1/outputs/${digest}`);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain(ground.flotilla);
  });
});
