import type { ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import { readFileSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { finished, isAlive, Project, until } from "./project.ts";

interface Ready {
  readonly type: string;
  readonly url: string;
  readonly pid: number;
}

let project: Project;
beforeEach(() => {
  project = new Project({});
});
afterEach(() => project.remove());

/** Starts a server and waits until it says that it is ready. */
async function up(...args: string[]): Promise<{ child: ChildProcess; ready: Ready }> {
  const child = project.start("up", "--json", ...args);
  await until(() => child.output().includes("\n"), "the server is ready");
  return { child, ready: JSON.parse(child.output().split("\n")[0]!) as Ready };
}

const status = (url: string, init?: RequestInit): Promise<number> =>
  fetch(url, init).then(
    (answer) => answer.status,
    () => 0,
  );

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  return (await finished(child)).code;
}

/** Addresses on which something listens at this port, as the kernel writes them. */
function listeningAt(port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => readFileSync(file, "utf8").split("\n").slice(1));
  const sockets = lines.map((line) => line.trim().split(/\s+/)).filter(([, , , state]) => state === "0A");
  return sockets.flatMap(([, local = ""]) => (local.endsWith(`:${wanted}`) ? [local.split(":")[0]!] : []));
}

describe("flotilla up", () => {
  it("serves on loopback only, is found by a second one, and ends when it is told to", async () => {
    const { child, ready } = await up();
    const port = Number(new URL(ready.url).port);
    expect(listeningAt(port)).toEqual(["0100007F"]);
    expect(await status(`${ready.url}/healthz`)).toBe(200);
    expect(await status(`${ready.url}/readyz`)).toBe(200);
    expect(await (await fetch(`${ready.url}/api/v1/server`)).json()).toMatchObject({ role: "operator", store: "ok" });
    expect(statSync(join(project.directory, ".flotilla/server.json")).mode & 0o777).toBe(0o600);
    const second = await project.json<Ready>("up");
    expect(second).toMatchObject({ type: "server.running", url: ready.url, pid: ready.pid });
    expect(await end(child, "SIGINT")).toBe(0);
    expect(project.has(".flotilla/server.json")).toBe(false);
    expect(project.has(".flotilla/postgres/data/postmaster.pid")).toBe(false);
  });

  it("says goodbye to those who listen when it is terminated", async () => {
    const { child, ready } = await up();
    const { token } = JSON.parse(project.read(".flotilla/server.json")) as { token: string };
    expect(await status(`${ready.url}/api/v1/server`, { headers: { authorization: `Bearer ${token}` } })).toBe(200);
    expect(await end(child, "SIGTERM")).toBe(143);
    expect(await status(`${ready.url}/healthz`)).toBe(0);
  });

  it("starts again after it was killed, and no two have the same key", async () => {
    const { child, ready } = await up();
    const { token } = JSON.parse(project.read(".flotilla/server.json")) as { token: string };
    await end(child, "SIGKILL");
    expect(project.has(".flotilla/server.json")).toBe(true);
    const again = await up();
    expect(again.ready.type).toBe("server.ready");
    expect(again.ready.pid).not.toBe(ready.pid);
    expect((JSON.parse(project.read(".flotilla/server.json")) as { token: string }).token).not.toBe(token);
    await end(again.child, "SIGINT");
  });

  it("takes the next port when the usual one is taken, and none when one was asked for", async () => {
    const other = createServer(() => undefined);
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const refused = await project.flotilla("up", "--json", "--port", String(port));
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([3, { error: { code: "ADDRESS_TAKEN" } }]);
    const [first, second] = [await up(), new Project({})];
    const child = second.start("up", "--json");
    await until(() => child.output().includes("\n"), "the other project's server is ready");
    expect((JSON.parse(child.output()) as Ready).url).not.toBe(first.ready.url);
    for (const each of [first.child, child]) await end(each, "SIGINT");
    await second.remove();
    await new Promise((resolve) => other.close(resolve));
  });

  it("shows itself to others only with a token, and then asks everybody for one", async () => {
    const refused = await project.flotilla("up", "--json", "--host", "0.0.0.0");
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([2, { error: { code: "TOKEN_NEEDED" } }]);
    expect(project.has(".flotilla/server.json")).toBe(false);
    const made = await project.json<{ token: string }>("token", "create", "--name", "ada", "--role", "operator");
    const { child, ready } = await up("--host", "0.0.0.0");
    const port = Number(new URL(ready.url).port);
    expect(listeningAt(port)).toEqual(["00000000"]);
    const url = `http://127.0.0.1:${port}/api/v1/server`;
    expect(await status(url)).toBe(401);
    expect(await status(url, { headers: { authorization: `Bearer ${made.token}` } })).toBe(200);
    await project.flotilla("token", "revoke", "ada");
    await until(
      async () => (await status(url, { headers: { authorization: `Bearer ${made.token}` } })) === 401,
      "it is revoked",
      5_000,
    );
    expect(await status(url)).toBe(401);
    await end(child, "SIGINT");
  });

  it("answers again by itself after its store has died", async () => {
    const { child, ready } = await up();
    const postmaster = Number(project.read(".flotilla/postgres/data/postmaster.pid").split("\n")[0]);
    process.kill(postmaster, "SIGKILL");
    await until(() => !isAlive(postmaster), "the store is dead");
    await until(async () => (await status(`${ready.url}/readyz`)) === 200, "it is ready again");
    expect(await status(`${ready.url}/healthz`)).toBe(200);
    await end(child, "SIGINT");
  });

  it("goes on with a run whose engine was killed", async () => {
    project.write(
      "pipeline.ts",
      `import { pipeline, scenarios, shell } from "flotilla";
      export default pipeline("p", { scenarios: scenarios.product({ n: [1, 2, 3] }) }, ({ step }) => {
        step("work", { by: ["n"], run: shell(["sleep", "1"]) });
      });`,
    );
    const run = project.start("run", "--json");
    await until(() => run.output().includes('"active"') || run.output().includes("started"), "the run has started");
    await end(run, "SIGKILL");
    const { child } = await up();
    const state = async (): Promise<string> => (await project.json<{ state: string }>("status")).state;
    await until(async () => (await state()) !== "running", "the run has ended");
    expect(await state()).toBe("succeeded");
    await end(child, "SIGINT");
  });
});

describe("flotilla run --ui", () => {
  it("serves the run as long as it goes on, and prints the link to it", async () => {
    project.write(
      "pipeline.ts",
      `import { pipeline, scenarios, shell } from "flotilla";
      export default pipeline("p", { scenarios: scenarios.product({ n: [1] }) }, ({ step }) => {
        step("work", { run: shell(["sh", "-c", "while [ ! -e ${join(project.directory, "go")} ]; do sleep 0.1; done"]) });
      });`,
    );
    const run = project.start("run", "--ui", "--json");
    await until(() => run.output().includes('"run.link"'), "the link is printed");
    const link = run
      .output()
      .split("\n")
      .map((line) => (line === "" ? {} : JSON.parse(line)) as { type?: string; url: string });
    const { url } = link.find(({ type }) => type === "run.link")!;
    expect(new URL(url).pathname).toMatch(/^\/runs\/r\w+$/);
    expect(await status(`${new URL(url).origin}/healthz`)).toBe(200);
    project.write("go", "");
    expect((await finished(run)).code).toBe(0);
    expect(await status(`${new URL(url).origin}/healthz`)).toBe(0);
  });

  it("is for a run that this command sees to", async () => {
    const { code, stderr } = await project.flotilla("run", "--ui", "--detach");
    expect([code, stderr]).toEqual([2, expect.stringContaining("--detach")]);
  });
});
