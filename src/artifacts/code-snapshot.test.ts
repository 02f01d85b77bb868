import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { snapshotCode } from "./code-snapshot.ts";
import { openDiskStore } from "./disk-store.ts";
import { materializeCode } from "./materialize-code.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function makeProject(files: Record<string, string>): string {
  const project = temporaryFolder();
  for (const [path, content] of Object.entries(files)) write(project, path, content);
  return project;
}

/** With a time in the past, as a file that was not just edited has. */
function write(project: string, path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
  utimesSync(join(project, path), 1_700_000_000, 1_700_000_000);
}

const openStore = (): ReturnType<typeof openDiskStore> => openDiskStore(join(temporaryFolder(), "artifacts"));

async function pathsOf(store: ReturnType<typeof openDiskStore>, project: string): Promise<string[]> {
  return (await store.readTree((await snapshotCode(store, project)).digest)).entries.map((entry) => entry.path);
}

describe("code snapshot", () => {
  it("holds what git tracks or would track", async () => {
    const project = makeProject({
      "a.py": "a",
      "new.py": "n",
      "ignored.log": "l",
      ".gitignore": "*.log\n",
      "gone.py": "g",
      ".flotilla/x": "x",
    });
    execFileSync("git", ["init", "-q"], { cwd: project });
    execFileSync("git", ["add", "a.py", "gone.py"], { cwd: project });
    rmSync(join(project, "gone.py"));
    expect(await pathsOf(openStore(), project)).toEqual([".gitignore", "a.py", "new.py"]);
  });

  it("leaves out the usual by-products where there is no git", async () => {
    const project = makeProject({
      "a.py": "a",
      "pkg/b.py": "b",
      "pkg/b.pyc": "x",
      "node_modules/m/i.js": "x",
      ".venv/bin/python": "x",
      "dist/o": "x",
      "pkg/__pycache__/c": "x",
    });
    expect(await pathsOf(openStore(), project)).toEqual(["a.py", "pkg/b.py"]);
  });

  it("holds a project in a folder that the repository around it ignores", async () => {
    const outer = makeProject({ ".gitignore": "scratch/\n", "scratch/project/a.py": "a" });
    execFileSync("git", ["init", "-q"], { cwd: outer });
    expect(await pathsOf(openStore(), join(outer, "scratch", "project"))).toEqual(["a.py"]);
  });

  it("leaves out what .flotillaignore names", async () => {
    const project = makeProject({
      "a.py": "a",
      "data/big.csv": "x",
      "data/keep.csv": "k",
      ".flotillaignore": "data/*\n!data/keep.csv\n",
    });
    expect(await pathsOf(openStore(), project)).toEqual([".flotillaignore", "a.py", "data/keep.csv"]);
  });

  it("follows links within the project and leaves out those that lead out", async () => {
    const project = makeProject({ "real.py": "r" });
    symlinkSync("real.py", join(project, "link.py"));
    symlinkSync("/etc/passwd", join(project, "secret"));
    expect(await pathsOf(openStore(), project)).toEqual(["link.py", "real.py"]);
  });

  it("has the same digest for the same content, and another after any change", async () => {
    const store = openStore();
    const project = makeProject({ "a.py": "one", "b.py": "two" });
    const first = await snapshotCode(store, project);
    expect(first).toMatchObject({ files: 2, bytes: 6 });
    expect(await snapshotCode(store, makeProject({ "b.py": "two", "a.py": "one" }))).toEqual(first);
    expect(await snapshotCode(store, project)).toEqual(first);
    write(project, "a.py", "three");
    const edited = await snapshotCode(store, project);
    expect(edited.digest).not.toBe(first.digest);
    chmodSync(join(project, "a.py"), 0o755);
    const executable = await snapshotCode(store, project);
    expect(executable.digest).not.toBe(edited.digest);
    rmSync(join(project, "b.py"));
    expect((await snapshotCode(store, project)).digest).not.toBe(executable.digest);
  });

  it("sees a change of the same length that came right after the last snapshot", async () => {
    const store = openStore();
    const project = makeProject({ "a.py": "x" });
    writeFileSync(join(project, "a.py"), "1");
    const first = await snapshotCode(store, project);
    const { atimeMs, mtimeMs } = statSync(join(project, "a.py"));
    writeFileSync(join(project, "a.py"), "2");
    utimesSync(join(project, "a.py"), atimeMs / 1000, mtimeMs / 1000);
    expect((await snapshotCode(store, project)).digest).not.toBe(first.digest);
  });

  it("stores everything again in another store, or after it was collected", async () => {
    const project = makeProject({ "a.py": "one" });
    const first = await snapshotCode(openStore(), project);
    const store = openStore();
    expect(await snapshotCode(store, project)).toEqual(first);
    await store.quarantine(
      (await store.readTree(first.digest)).entries.flatMap((entry) => (entry.type === "file" ? entry.digest : []))[0]!,
    );
    await store.quarantine(first.digest);
    await snapshotCode(store, project);
    await store.placeFolder(first.digest, join(temporaryFolder(), "x"));
  });

  it("refuses a project that is mostly data, naming the largest files and the mend", async () => {
    const project = makeProject({ "a.py": "a", "data/large.bin": "" });
    truncateSync(join(project, "data", "large.bin"), 300 * 1024 * 1024);
    await expect(snapshotCode(openStore(), project)).rejects.toMatchObject({
      code: "CODE_TOO_LARGE",
      message: expect.stringContaining("data/large.bin (300 MB)"),
      mend: expect.stringContaining(".flotillaignore"),
    });
  });

  it("is made into a read-only folder once, also by two at the same time", async () => {
    const store = openStore();
    const { digest } = await snapshotCode(store, makeProject({ "pkg/a.py": "one" }));
    const directory = join(temporaryFolder(), "code");
    const [one, two] = await Promise.all([
      materializeCode(store, digest, directory),
      materializeCode(store, digest, directory),
    ]);
    expect(one).toBe(two);
    expect(readFileSync(join(one, "pkg", "a.py"), "utf8")).toBe("one");
    expect(lstatSync(join(one, "pkg")).mode & 0o222).toBe(0);
    const { ino } = statSync(one);
    expect(statSync(await materializeCode(store, digest, directory)).ino).toBe(ino);
    expect(existsSync(`${one}.new`)).toBe(false);
  });
});
