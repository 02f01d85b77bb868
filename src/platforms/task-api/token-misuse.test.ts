import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { handIn, openTaskApi } from "../../../test/helpers/ask-task-api.ts";
import type { TaskApiGround } from "../../../test/helpers/ask-task-api.ts";
import { hashBytes } from "../../artifacts/hashing.ts";
import { attemptFolder } from "../local/attempt-folder.ts";
import type { AttemptSpec } from "../platform.ts";
import { routes } from "./routes.ts";

const content = Buffer.from("of another attempt");
const digest = hashBytes(content);

/** Every route with something that it would take. */
const requests = Object.values(routes).map((route) => ({
  method: route.method,
  path: `${route.path.replace("<digest>", digest)}?scratch=/x&from=0`,
  body: route.method === "GET" ? undefined : {},
}));

const bad: Readonly<Record<string, (ground: TaskApiGround, token: string, spec: AttemptSpec) => Promise<string>>> = {
  "no token": async () => "",
  "no token at all, but a text": async () => "let me in",
  "a token with one letter altered": async (_ground, token) =>
    token.slice(0, -2) + (token.at(-2) === "A" ? "B" : "A") + token.at(-1),
  "a token with its last, spare bits altered": async (_ground, token) => {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return token.slice(0, -1) + letters[letters.indexOf(token.at(-1)!) ^ 1];
  },
  "the seal of one attempt under the name of another": async (ground, token) => {
    const other = ground.makeSpec();
    await ground.admit(other);
    return `${other.id}.${token.split(".")[1]}`;
  },
  "a token of another project": async () => {
    const elsewhere = await openTaskApi();
    return elsewhere.admit(elsewhere.makeSpec());
  },
  "a good token with something behind it": async (_ground, token) => `${token} x`,
  "the token of an attempt that was revoked": async (ground, token, spec) => {
    await ground.api.revoke(spec.id);
    return token;
  },
  "the token of an attempt that another process revoked": async (ground, token, spec) => {
    await (await ground.another()).api.revoke(spec.id);
    return token;
  },
};

describe("the token of an attempt", () => {
  it.each(Object.keys(bad))("opens no route if it is %s, and every refusal is the same", async (kind) => {
    const ground = await openTaskApi();
    const spec = ground.makeSpec({
      inputs: { data: { artifact: { type: "file", digest, bytes: content.length, name: "data" } } },
    });
    await ground.artifacts.put(content);
    const token = await bad[kind]!(ground, await ground.admit(spec), spec);
    for (const { method, path, body } of [
      ...requests,
      { method: "GET", path: "/v1/nothing", body: undefined },
      { method: "GET", path: "/", body: undefined },
    ]) {
      const { status, text } = await ground.ask(token, method, path, body);
      expect([status, text], `${method} ${path}`).toEqual([401, '{"error":"no attempt is open to this token"}']);
    }
    expect(ground.reports).toEqual([]);
  });

  it("opens nothing after the attempt has handed in, except that it may hand in again", async () => {
    const ground = await openTaskApi();
    const spec = ground.makeSpec();
    const token = await ground.admit(spec);
    expect((await ground.ask(token, "POST", "/v1/exit", handIn())).status).toBe(200);
    for (const { method, path, body } of requests) {
      if (path.startsWith(routes.handIn.path)) continue;
      expect((await ground.ask(token, method, path, body)).status, `${method} ${path}`).toBe(401);
    }
    expect((await ground.ask(token, "POST", "/v1/exit", handIn({ exit: undefined }))).status).toBe(200);
    expect(ground.reports).toHaveLength(1);
    expect(ground.reports[0]).toMatchObject({ type: "ended", evidence: { completed: true } });
  });

  it("opens the inputs of its own attempt, the files in its folders, and no other blob", async () => {
    const ground = await openTaskApi();
    const own = await ground.artifacts.put(Buffer.from("own"));
    const inFolder = await ground.artifacts.put(Buffer.from("in a folder"));
    const foreign = await ground.artifacts.put(content);
    const tree = await ground.artifacts.put(
      Buffer.from(`{"entries":[{"bytes":11,"digest":"${inFolder.digest}","path":"a","type":"file"}],"type":"tree"}`),
    );
    const token = await ground.admit(
      ground.makeSpec({
        inputs: {
          file: { artifact: { type: "file", ...own, name: "file" } },
          folder: { artifact: { type: "folder", ...tree, name: "folder" } },
        },
      }),
    );
    const read = async (wanted: string): Promise<[number, string]> => {
      const { status, text } = await ground.ask(token, "GET", `/v1/inputs/${wanted}`);
      return [status, text];
    };
    expect(await read(own.digest)).toEqual([200, "own"]);
    expect(await read(inFolder.digest)).toEqual([200, "in a folder"]);
    expect(JSON.parse((await read(tree.digest))[1])).toMatchObject({ type: "tree" });
    const nothing = [404, '{"error":"there is nothing here for this attempt"}'];
    expect(await read(foreign.digest)).toEqual(nothing);
    expect(await read(ground.code)).toEqual(nothing);
    expect(await read(`sha256:${"0".repeat(64)}`)).toEqual(nothing);
    expect(await read("sha256:..%2f..%2fattempt")).toEqual(nothing);
  });

  it("does not let an attempt put, or ask for, what another one has listed", async () => {
    const ground = await openTaskApi();
    const outputs = { model: { type: "file", path: "model" } } as const;
    const [mine, theirs] = [
      await ground.admit(ground.makeSpec({ outputs })),
      await ground.admit(ground.makeSpec({ outputs })),
    ];
    const list = { entries: [{ path: "model", type: "file", digest, bytes: content.length }] };
    expect((await ground.ask(theirs, "POST", "/v1/outputs", list)).status).toBe(200);
    expect((await ground.ask(mine, "GET", `/v1/outputs/${digest}`)).status).toBe(404);
    expect((await ground.ask(mine, "PUT", `/v1/outputs/${digest}?from=0`, content)).status).toBe(404);
    expect((await ground.ask(theirs, "PUT", `/v1/outputs/${digest}?from=0`, content)).status).toBe(200);
    expect((await ground.ask(mine, "POST", "/v1/outputs", list)).text).toBe(JSON.stringify({ missing: [digest] }));
  });

  it("knows no other method and no other path", async () => {
    const ground = await openTaskApi();
    const token = await ground.admit(ground.makeSpec());
    for (const [method, path] of [
      ["DELETE", "/v1/attempt"],
      ["PUT", "/v1/log?from=0"],
      ["POST", "/v1/attempt"],
      ["GET", "/v1/attempt/"],
      ["GET", "/v1/inputs/"],
      ["GET", "/v2/attempt"],
      ["GET", "//v1/attempt"],
    ] as const)
      expect((await ground.ask(token, method, path)).status, `${method} ${path}`).toBe(404);
  });

  it("is the same for whoever has the project's key, which only its owner may read", async () => {
    const ground = await openTaskApi();
    const spec = ground.makeSpec();
    const token = await ground.admit(spec);
    const key = join(ground.flotilla, "task-api.key");
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const other = await ground.another();
    expect(await other.admit(spec)).toBe(token);
    const told =
      JSON.stringify((await ground.api.admit(spec)).env) +
      readFileSync(attemptFolder(ground.flotilla, spec.id).attempt, "utf8");
    for (const encoding of ["hex", "base64", "base64url"] as const)
      expect(told).not.toContain(readFileSync(key).toString(encoding));
  });

  it("lets a runner tell, but not read or hand in, while no engine looks after its attempt", async () => {
    const ground = await openTaskApi();
    const spec = ground.makeSpec();
    const token = await ground.admit(spec);
    const later = await ground.another();
    expect((await later.ask(token, "POST", "/v1/log?from=0", Buffer.from("x"))).status).toBe(200);
    expect((await later.ask(token, "GET", "/v1/attempt?scratch=/x")).status).toBe(503);
    expect((await later.ask(token, "POST", "/v1/exit", handIn({ logBytes: 1 }))).status).toBe(503);
    await later.api.readmit(spec);
    expect((await later.ask(token, "POST", "/v1/exit", handIn({ logBytes: 1 }))).status).toBe(200);
    expect(later.reports).toMatchObject([{ type: "ended", evidence: { completed: true, host: "elsewhere" } }]);
  });
});
