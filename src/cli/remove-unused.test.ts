import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDiskStore } from "../artifacts/disk-store.ts";
import { temporaryFolder } from "../artifacts/temporary-folder.ts";
import type { Digest, RunId } from "../core/ids.ts";
import type { Store } from "../store/store.ts";
import { noteStore, otherStores, storeName } from "./known-stores.ts";
import type { Project } from "./open-project.ts";
import { removeUnused } from "./remove-unused.ts";
import { runRow } from "./test-rows.ts";

interface Known {
  readonly runs?: readonly string[];
  readonly digests?: () => readonly string[];
  readonly isRunning?: boolean;
}

function makeProject({ runs = [], digests = () => [], isRunning = false }: Known) {
  const flotilla = join(temporaryFolder(), ".flotilla");
  const artifacts = openDiskStore(flotilla);
  const store = {
    getRun: (id: string) => Promise.resolve(runs.includes(id) ? runRow({ id: id as RunId }) : undefined),
    listRuns: () => Promise.resolve(isRunning ? [runRow()] : []),
    referredDigests: () => Promise.resolve(new Set(digests() as Digest[])),
  } as unknown as Store;
  const write = (path: string): void => {
    mkdirSync(join(flotilla, path, ".."), { recursive: true });
    writeFileSync(join(flotilla, path), "12345");
  };
  const project = { flotilla, artifacts, store } as unknown as Project;
  return { project, flotilla, artifacts, write, has: (path: string) => existsSync(join(flotilla, path)) };
}

const nothingRemoved = { removed: new Set<RunId>(), dryRun: false };
const longAgo = new Date(Date.now() - 86_400_000);

/** The time of an inode's last change cannot be set; a folder made in the future of `now` would do, so the clock is moved. */
async function later<T>(use: () => Promise<T>): Promise<T> {
  const now = Date.now;
  Date.now = () => now() + 7_200_000;
  try {
    return await use();
  } finally {
    Date.now = now;
  }
}

describe("what no run needs", () => {
  it("is the folders of runs that the store does not know", async () => {
    const { project, write, has } = makeProject({ runs: ["rkept"] });
    for (const run of ["rkept", "rgone"]) {
      write(`attempts/${run}/${run}-0-0-1/log`);
      write(`checkpoints/${run}/0-0/state`);
    }
    expect(await removeUnused(project, nothingRemoved)).toMatchObject({ folders: 2, bytes: 10 });
    expect([has("attempts/rkept"), has("checkpoints/rkept")]).toEqual([true, true]);
    expect([has("attempts/rgone"), has("checkpoints/rgone")]).toEqual([false, false]);
  });

  it("is only named by a dry run, with the runs that would go", async () => {
    const { project, write, has } = makeProject({ runs: ["rchosen"] });
    write("attempts/rchosen/a/log");
    const removed = new Set(["rchosen" as RunId]);
    expect(await removeUnused(project, { removed, dryRun: true })).toMatchObject({ folders: 1, bytes: 5 });
    expect(has("attempts/rchosen")).toBe(true);
  });

  it("is code that no run refers to, once it is old enough", async () => {
    const [kept, gone] = ["a".repeat(64), "b".repeat(64)];
    const { project, write, has } = makeProject({ digests: () => [`sha256:${kept}`] });
    for (const name of [kept, gone]) write(`code/${name}/work.py`);
    await removeUnused(project, nothingRemoved);
    expect(has(`code/${gone}`), "code that is just being laid out was removed").toBe(true);
    expect(await later(() => removeUnused(project, nothingRemoved))).toMatchObject({ folders: 1 });
    expect([has(`code/${kept}`), has(`code/${gone}`)]).toEqual([true, false]);
  });

  it("is not code that a run begins to use in the same moment", async () => {
    const name = "c".repeat(64);
    let asked = 0;
    const { project, flotilla, write } = makeProject({ digests: () => (++asked > 1 ? [`sha256:${name}`] : []) });
    write(`code/${name}/work.py`);
    expect(await later(() => removeUnused(project, nothingRemoved))).toMatchObject({ folders: 0 });
    expect(readdirSync(join(flotilla, "code"))).toEqual([name]);
  });

  it("is blobs that no run refers to, but none that is fresh while runs go on", async () => {
    const digests: string[] = [];
    for (const isRunning of [true, false]) {
      const { project, artifacts, flotilla } = makeProject({ isRunning, digests: () => digests });
      const [kept, gone] = [await artifacts.put(Buffer.from("kept")), await artifacts.put(Buffer.from("gone"))];
      digests.push(kept.digest);
      makeOld(join(flotilla, "blobs"), isRunning ? new Date(Date.now() - 600_000) : longAgo);
      expect(await removeUnused(project, nothingRemoved)).toMatchObject(
        isRunning ? { blobs: 0, keptBlobs: 2 } : { blobs: 1, keptBlobs: 1 },
      );
      expect([await artifacts.has(kept.digest), await artifacts.has(gone.digest)]).toEqual([true, isRunning]);
    }
  });
});

function makeOld(folder: string, at: Date): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), at, at);
}

describe("the stores that a project is used with", () => {
  it("are remembered, without passwords", () => {
    const folder = temporaryFolder();
    noteStore(folder, undefined);
    noteStore(folder, "postgres://ada:secret@db.example:5432/fleet");
    expect(otherStores(folder, undefined)).toEqual(["db.example:5432/fleet"]);
    expect(otherStores(folder, "postgres://eve:other@db.example:5432/fleet?sslmode=require")).toEqual(["embedded"]);
  });

  it("have a name also when they are reached over a socket", () => {
    expect(storeName("postgres:///fleet?host=/run/postgresql")).toBe("/run/postgresql/fleet");
  });
});
