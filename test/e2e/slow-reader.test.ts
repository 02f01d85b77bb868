import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { finished, Project, until } from "./project.ts";

const lines = 30;
const lineBytes = 1_000_000;

let project: Project;
afterEach(() => project.remove());

async function makeLog(): Promise<void> {
  project = new Project({
    "pipeline.ts": `
import { pipeline, python, scenarios } from "flotilla";
export default pipeline("talkative", { scenarios: scenarios.product({ n: [1] }), selections: {} }, ({ step }) => {
  step("talk", { run: python("work:talk") });
});`,
    "work.py": `def talk():\n    for n in range(${lines}):\n        print("x" * ${lineBytes})\n    print("last words")\n`,
  });
  expect((await project.flotilla("run", "--json")).code).toBe(0);
}

/** Resident, in bytes. */
function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;
}

it.skipIf(process.platform !== "linux")(
  "gives a slow reader a large log whole, without holding it in memory",
  async () => {
    await makeLog();
    const child = project.start("logs", "talk");
    child.stdout!.pause();
    await until(() => child.stdout!.readableLength > 0, "the first of the log is there");
    const held = memoryOf(child.pid!);
    const result = finished(child);
    child.stdout!.resume();
    const { code, stdout, stderr } = await result;
    expect({ code, stderr, length: stdout.length, last: stdout.trimEnd().slice(-10) }).toEqual({
      code: 0,
      stderr: "",
      length: lines * (lineBytes + 1) + "last words\n".length,
      last: "last words",
    });
    expect(held).toBeLessThan(150e6);
  },
);

it("leaves without a word when its reader has seen enough", async () => {
  await makeLog();
  const child = project.start("logs", "talk");
  const result = finished(child);
  child.stdout!.once("data", () => child.stdout!.destroy());
  expect((await result).stderr).toBe("");
});
