import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finished, lastLine, Project, type Result, until } from "./project.ts";

const pipeline = `
import { all, file, folder, json, number, pipeline, python, scenarios } from "flotilla";

export default pipeline("both", { scenarios: scenarios.product({ market: ["a", "b"], n: [1, 2] }), selections: { all: all() } }, ({ step }) => {
  const data = step("data", { run: python("work:data"), outputs: { rows: json(), parts: folder("parts") } });
  const fit = step("fit", { by: ["market", "n"], run: python("work:fit"), inputs: { rows: data.outputs.rows }, outputs: { score: number(), model: file("model.bin") } });
  step("report", { run: python("work:report"), inputs: { scores: fit.outputs.score.collect({ atLeast: 1 }) }, outputs: { page: file("page.md") } });
});
`;
const tasks = `
import os, sys, time
from pathlib import Path

def data(parts):
    print("reading")
    Path(parts, "deep", "empty").mkdir(parents=True)
    Path(parts, "deep", "x" * 120).write_text("long")
    run = Path(parts, "run.sh")
    run.write_text("#!/bin/sh\\n")
    run.chmod(0o755)
    return {"rows": [1, 2, 3]}

def fit(rows, market, n, model):
    print(f"fitting {market}", file=sys.stderr)
    for line in range(30):
        print(f"epoch {line}")
    while os.path.exists(os.path.join(ROOT, "hold")):
        time.sleep(0.05)
    if market == "b" and n == 2 and not os.path.exists(os.path.join(ROOT, "mended")):
        raise ValueError("too few rows: 6")
    Path(model).write_bytes(bytes(range(256)) * n)
    return n / 2

def report(scores, page):
    Path(page).write_text(str(len(list(scores))))
`;

/** What looks at a run, and changes nothing. */
const looks = [
  ["runs"],
  ["runs", "--limit", "1", "--state", "failed"],
  ["status"],
  ["status", "--watch"],
  ["tasks"],
  ["tasks", "--limit", "2"],
  ["tasks", "--state", "failed", "--class", "user"],
  ["tasks", "--step", "fit", "--where", "market=a"],
  ["show", "fit[market=b,n=2]"],
  ["show", "report"],
  ["artifacts"],
  ["artifacts", "data"],
  ["logs"],
  ["logs", "-f"],
  ["logs", "fit[market=a,n=1]", "--tail", "3", "--time"],
  ["logs", "--stderr", "--attempt", "1"],
  ["plan"],
  ["plan", "--forecast", "--where", "market=a"],
  ["restart", "--from", "nothing"],
  ["status", "r000"],
  ["show", "fit[market=z,n=1]"],
  ["tasks", "--where", "markt=a"],
  ["artifacts", "data", "nothing"],
  ["cancel"],
  ["pause"],
  ["resume"],
] as const;

let project: Project;
/** By command: what it printed when there was no server. */
const alone = new Map<string, Result>();

async function lookAll(into: Map<string, Result>): Promise<void> {
  for (const args of looks)
    for (const json of [[], ["--json"]]) {
      const command = [...args, ...json];
      into.set(command.join(" "), await project.flotilla(...command));
    }
}

async function up() {
  const server = project.start("up", "--json");
  await until(() => server.output().includes("\n"), "the server is ready");
  const { url } = JSON.parse(server.output().split("\n")[0]!) as { url: string };
  const end = async (): Promise<void> => {
    server.kill("SIGINT");
    await finished(server);
  };
  return { url, end };
}

beforeAll(async () => {
  project = new Project({ "pipeline.ts": pipeline });
  project.write("work.py", `ROOT = ${JSON.stringify(project.directory)}\n${tasks}`);
  await project.flotilla("run");
  await lookAll(alone);
}, 600_000);
afterAll(() => project.remove());

describe("with a server and without one", () => {
  const served = new Map<string, Result>();
  let server: Awaited<ReturnType<typeof up>>;
  beforeAll(async () => {
    server = await up();
    await lookAll(served);
  }, 600_000);
  afterAll(() => server.end());

  it.each(looks.flatMap((args) => [args.join(" "), [...args, "--json"].join(" ")]))("%s says the same", (command) => {
    const { code, stdout, stderr } = alone.get(command)!;
    expect(served.get(command)).toEqual({ code, stdout, stderr });
    expect(`${stdout}${stderr}`).not.toBe("");
  });

  it("files and folders are got alike", async () => {
    mkdirSync(join(project.directory, "got"));
    const model = await project.flotilla("artifacts", "fit[market=a,n=2]", "model", "-o", "got/model.bin");
    expect(model.stdout.trim()).toBe(join(project.directory, "got/model.bin"));
    expect(readFileSync(join(project.directory, "got/model.bin")).length).toBe(512);
    expect((await project.flotilla("artifacts", "data", "parts", "-o", "got/parts")).code).toBe(0);
    expect(project.read(`got/parts/deep/${"x".repeat(120)}`)).toBe("long");
    expect(statSync(join(project.directory, "got/parts/deep/empty")).isDirectory()).toBe(true);
    expect(statSync(join(project.directory, "got/parts/run.sh")).mode & 0o111).toBe(0o111);
    const again = await project.flotilla("artifacts", "data", "parts", "-o", "got/parts");
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("is there already") as string });
  }, 60_000);

  it("the server that is named is spoken to from anywhere, with its token", async () => {
    const { token } = JSON.parse(project.read(".flotilla/server.json")) as { token: string };
    const elsewhere = new Project({});
    const child = elsewhere.startWith({ FLOTILLA_SERVER: server.url, FLOTILLA_TOKEN: token }, "tasks", "--json");
    expect(await finished(child)).toEqual(alone.get("tasks --json"));
    const named = await elsewhere.flotilla("plan", "--server", server.url);
    expect(named.stdout).toBe(alone.get("plan")!.stdout);
    await elsewhere.remove();
  }, 60_000);

  it("what only an engine of this process could heed, or only this machine can do, is refused", async () => {
    for (const args of [
      ["run", "--cpus", "2"],
      ["gc", "--server", server.url],
      ["status", "--server", server.url, "--project", "."],
      ["status", "--server", "not an address"],
    ])
      expect(await project.flotilla(...args), args.join(" ")).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/mend .*code USAGE/s) as string,
      });
  }, 60_000);

  it("the server drives what is started, restarted, paused and cancelled, and the command watches", async () => {
    project.write("mended", "");
    const restarted = await project.flotilla("restart", "--json");
    expect({ code: restarted.code, last: lastLine(restarted) }).toMatchObject({
      code: 0,
      last: { type: "run.ended", state: "succeeded", tasks: { total: 6, succeeded: 6 } },
    });
    const detached = await project.json<{ type: string; run: string }>("run", "--detach", "--select", "all");
    expect(detached.type).toBe("run.detached");
    expect(lastLine(await project.flotilla("status", "-w", detached.run, "--json")).state).toBe("succeeded");
    project.write("hold", "");
    const run = project.start("run", "--json");
    const ended = finished(run);
    await until(async () => (await project.json<object[]>("tasks", "--state", "active")).length > 0, "a task runs");
    expect((await project.flotilla("pause")).stdout).toMatch(/ paused; /);
    expect((await project.flotilla("resume")).stdout).toMatch(/ running\n/);
    run.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(lastLine(await ended)).toMatchObject({ type: "run.ended", state: "cancelled" });
  }, 120_000);
});
