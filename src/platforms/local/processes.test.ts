import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { identify, isAlive, processesOf, signalProcess } from "./processes.ts";
import { killAll } from "./terminate.ts";

async function start(script: string): Promise<{ pid: number; said: string }> {
  const child = spawn("sh", ["-c", script], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void (child.exitCode === null && child.signalCode === null && child.kill("SIGKILL")));
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { pid: child.pid!, said: said.toString().trim() };
}

describe("processes", () => {
  it("knows itself by pid and start time", () => {
    const self = identify(process.pid)!;
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ ...self, startTime: "1" })).toBe(false);
    expect(identify(4_194_305)).toBeUndefined();
  });

  it("does not signal another process that got the pid", async () => {
    const { pid } = await start("echo up; sleep 60");
    expect(signalProcess({ pid, startTime: "1" }, "SIGKILL")).toBe(false);
    expect(isAlive(identify(pid)!)).toBe(true);
  });

  it("finds what belongs to a process, and kills all of it", async () => {
    const { pid, said } = await start("sleep 61 & sleep 62 & echo $!; wait");
    const leader = identify(pid)!;
    const below = processesOf(leader);
    expect(below.map((one) => one.pid)).toContain(Number(said));
    expect(below).toHaveLength(2);
    await killAll(leader);
    expect([leader, ...below].filter(isAlive)).toEqual([]);
  });

  it("finds by the session what a dead leader left behind", async () => {
    const { pid, said } = await start("sleep 60 & echo $!; wait");
    const leader = identify(pid)!;
    const orphan = identify(Number(said))!;
    signalProcess(leader, "SIGKILL");
    await killAll(leader);
    expect(isAlive(orphan)).toBe(false);
  });
});
