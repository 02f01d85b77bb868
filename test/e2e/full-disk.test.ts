import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeSync,
  openSync,
  closeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ledgerPython } from "./ledger.ts";
import { finished, lastLine, Project, until } from "./project.ts";

const mebibyte = 1 << 20;

/** A disk of memory that can be made larger while it is in use. */
class SmallDisk {
  readonly folder: string;

  constructor(folder: string, mebibytes: number) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m,mode=755`, "flotilla-test", folder], {
      stdio: "pipe",
    });
  }

  /** Bytes. */
  get free(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  get used(): number {
    const { blocks, bfree, bsize } = statfsSync(this.folder);
    return (blocks - bfree) * bsize;
  }

  resize(bytes: number): void {
    execFileSync("mount", ["-o", `remount,size=${Math.ceil(bytes / mebibyte)}m`, this.folder]);
  }

  /** Takes all the room there is. */
  fill(): void {
    const ballast = openSync(join(this.folder, "ballast"), "a");
    try {
      for (const size of [mebibyte, 4096]) {
        const block = Buffer.alloc(size, 1);
        for (let written = size; written === size;) written = this.#write(ballast, block);
      }
    } finally {
      closeSync(ballast);
    }
  }

  #write(file: number, block: Buffer): number {
    try {
      return writeSync(file, block);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOSPC") return 0;
      throw thrown;
    }
  }

  empty(): void {
    rmSync(join(this.folder, "ballast"));
  }

  remove(): void {
    execFileSync("umount", ["--lazy", this.folder]);
  }
}

/** Why this machine lets us make no disk; undefined where it does. */
function whyNoDisk(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root may mount a small disk";
  const folder = mkdtempSync(join(tmpdir(), "flotilla-e2e-"));
  try {
    new SmallDisk(folder, 1).remove();
    return undefined;
  } catch (thrown) {
    return `a small disk cannot be mounted here: ${String(thrown)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const reason = whyNoDisk();

let project: Project;
let disk: SmallDisk;
afterEach(async () => {
  await project.remove({ beforeFolder: () => disk.remove() });
});

function pipeline(steps: string): string {
  const numbers = JSON.stringify(Array.from({ length: 40 }, (_, n) => n));
  return `
import { file, number, pipeline, python, scenarios, string } from "flotilla";
export default pipeline("full", { scenarios: scenarios.product({ n: ${numbers} }), selections: {} }, ({ step }) => {
${steps}
});
`;
}

describe.skipIf(reason !== undefined)(`a full disk${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  it("fails the task that has no room for its artifact, leaves nothing half-done, and goes on when there is room", async () => {
    project = new Project({
      "pipeline.ts": pipeline(`
        const data = step("write", { by: ["n"], run: python("work:write"), outputs: { data: file("data.bin") }, concurrency: 1, retry: { disk: 0 } });
        step("size", { by: ["n"], run: python("work:size"), inputs: { data: data.outputs.data }, outputs: { bytes: number() } });`),
      "work.py": `
import os
def write(n, data):
    open("scratch", "wb").write(os.urandom(1 << 20))
    with open(data, "wb") as out:
        for _ in range(60):
            out.write(os.urandom(1 << 20))

def size(data):
    return os.path.getsize(data)
`,
    });
    disk = new SmallDisk(join(project.directory, ".flotilla"), 300);
    // The store is made, and has its room.
    expect((await project.flotilla("runs")).code).toBe(0);
    disk.resize(disk.used + 100 * mebibyte);
    const before = disk.used;
    const failed = await project.flotilla("run", "--where", "n=1,2");
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(
      /write\[n=2\] disk no space is left; free some, for example with `flotilla gc`, and restart/,
    );
    expect(failed.stdout.replaceAll(/\s+/g, " ")).toContain(join(project.directory, ".flotilla/attempts"));
    const tasks = await project.json<{ ref: string; state: string; class?: string }[]>("tasks");
    expect(tasks.map(({ ref, state }) => `${ref} ${state}`)).toEqual([
      "write[n=1] succeeded",
      "write[n=2] failed",
      "size[n=1] succeeded",
      "size[n=2] blocked",
    ]);
    expect(tasks[1]!.class).toBe("disk");

    const [, second] = tasks;
    const { attempts } = await project.json<{ attempts: { folder: string }[] }>("show", second!.ref);
    for (const name of ["outputs", "work"]) {
      const folder = join(attempts[0]!.folder, name);
      expect(existsSync(folder) ? readdirSync(folder) : [], `${name} of the failed attempt`).toEqual([]);
    }
    expect(readdirSync(join(disk.folder, "temporary"))).toEqual([]);
    expect((disk.used - before) / mebibyte, "more is kept than the one artifact").toBeLessThan(80);

    disk.resize(disk.used + 200 * mebibyte);
    const mended = await project.flotilla("restart", "--json");
    expect(mended.code).toBe(0);
    expect(lastLine(mended)).toMatchObject({ state: "succeeded", tasks: { total: 4, succeeded: 4 } });
    const [first] = await project.json<{ attempts: number }[]>("tasks", "--step", "write");
    expect(first!.attempts, "what succeeded was done again").toBe(1);
  }, 120_000);

  it("does not stop a task whose log has no room, and keeps its last words once there is some", async () => {
    project = new Project({
      "pipeline.ts": pipeline(`step("talk", { run: python("work:talk"), outputs: { lines: number() } });`),
      "work.py": `
import os
def talk():
    here = os.environ["FLOTILLA_CHECKPOINT"].split("/.flotilla/")[0] + "/.flotilla"
    print("first words")
    lines = 1
    while os.statvfs(here).f_bavail > 0:
        print("x" * 1000000)
        lines += 1
    for _ in range(8):  # more than a pipe holds: some has met the full disk before there is room again
        print("y" * 1000000)
    os.remove(os.path.join(here, "ballast"))
    print("last words")
    return lines
`,
    });
    disk = new SmallDisk(join(project.directory, ".flotilla"), 300);
    expect((await project.flotilla("runs")).code).toBe(0);
    disk.resize(disk.used + 60 * mebibyte);
    execFileSync("fallocate", ["-l", String(30 * mebibyte), join(disk.folder, "ballast")]);
    const ended = await project.flotilla("run", "--json");
    expect(ended.code).toBe(0);
    // Not compared as one text: it is long.
    const { stdout } = await project.flotilla("logs", "talk");
    expect(stdout.slice(0, 12)).toBe("first words\n");
    expect(stdout.trimEnd().slice(-10)).toBe("last words");
    const told = stdout.split("\n").filter((line) => !/^[xy]*$/.test(line));
    expect(told.slice(1, 2)).toEqual([
      expect.stringMatching(/^\[flotilla: the disk was full; up to \d+ bytes of this log are lost here\]$/),
    ]);
  }, 120_000);

  it("keeps a run waiting while the store has no room, says so, and goes on by itself", async () => {
    project = new Project({
      "pipeline.ts": pipeline(`step("talk", { by: ["n"], run: python("work:talk"), outputs: { text: string() } });`),
    });
    project.write(
      "work.py",
      `${ledgerPython(project)}
import random
def talk(n):
    note("start")
    while not os.path.exists(${JSON.stringify(join(project.directory, "go"))}):
        time.sleep(0.02)
    note("end")
    return "%x" % random.getrandbits(4 * 800_000)
`,
    );
    disk = new SmallDisk(join(project.directory, ".flotilla/postgres"), 200);
    const running = project.start("run", "--json");
    const result = finished(running);
    let said = "";
    running.stderr!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await until(() => project.ledger().length > 0, "the first tasks run");
    disk.fill();
    project.write("go", "");
    await until(() => /DISK_FULL|STORE_UNREACHABLE/.test(said), "the run says that the store has no room");
    expect(said).toMatch(/postgres/);
    expect(said).toMatch(/mend.*\n.*code.*\n.*the run goes on by itself; nothing is lost/);
    expect(running.exitCode).toBeNull();
    disk.empty();
    const ended = await result;
    expect(ended.code).toBe(0);
    expect(lastLine(ended)).toMatchObject({ state: "succeeded", tasks: { total: 40, succeeded: 40 } });
    expect(project.ledger().filter(({ event }) => event === "end").length, "a task was done twice").toBe(40);
  }, 180_000);
});
