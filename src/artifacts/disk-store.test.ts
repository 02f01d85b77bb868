import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Digest } from "../core/ids.ts";
import { artifactStoreContract } from "./artifact-contract.ts";
import { diskError } from "./disk-errors.ts";
import { openDiskStore } from "./disk-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function pathOf(root: string, digest: Digest): string {
  return join(root, "blobs", "sha256", digest.slice(7, 9), digest.slice(9));
}

artifactStoreContract("disk", () => {
  const root = join(temporaryFolder(), "artifacts");
  let ahead = 0;
  return {
    store: openDiskStore(root, { now: () => Date.now() + ahead }),
    damage: (digest) => {
      const path = pathOf(root, digest);
      chmodSync(path, 0o644);
      writeFileSync(path, Buffer.concat([readFileSync(path).subarray(1), Buffer.from("!")]));
    },
    pass: (ms) => (ahead += ms),
  };
});

describe("disk store", () => {
  const open = (): { root: string; store: ReturnType<typeof openDiskStore> } => {
    const root = join(temporaryFolder(), "artifacts");
    return { root, store: openDiskStore(root) };
  };
  const digestOf = (content: string): Digest =>
    `sha256:${createHash("sha256").update(content).digest("hex")}` as Digest;

  it("lays blobs out by their digest, read-only", async () => {
    const { root, store } = open();
    const { digest } = await store.put(Buffer.from("hello"));
    expect(lstatSync(pathOf(root, digest)).mode & 0o777).toBe(0o444);
  });

  it("leaves no half-written file behind when a stream fails", async () => {
    const { root, store } = open();
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from("half");
        throw new Error("the source broke");
      })(),
    );
    await expect(store.put(broken)).rejects.toThrow("the source broke");
    expect(readdirSync(join(root, "temporary"))).toEqual([]);
    expect(readdirSync(join(root, "blobs", "sha256"))).toEqual([]);
  });

  it("takes a file over without copying it, and leaves its first name until the caller removes it", async () => {
    const { root, store } = open();
    const path = join(temporaryFolder(), "model.pkl");
    writeFileSync(path, "model");
    const { digest } = await store.putFile(path);
    expect(statSync(pathOf(root, digest)).ino).toBe(statSync(path).ino);
  });

  it("copies a file that has a second name, through which the blob could be written", async () => {
    const { root, store } = open();
    const folder = temporaryFolder();
    writeFileSync(join(folder, "mine"), "model");
    linkSync(join(folder, "mine"), join(folder, "output"));
    const { digest } = await store.putFile(join(folder, "output"));
    writeFileSync(join(folder, "mine"), "edited");
    expect(await store.verify(digest)).toBe("ok");
    expect(statSync(pathOf(root, digest)).ino).not.toBe(statSync(join(folder, "output")).ino);
  });

  it("stores what was stored by a process that died before it could say so", async () => {
    const { store } = open();
    const folder = join(temporaryFolder(), "folder");
    mkdirSync(folder);
    writeFileSync(join(folder, "a"), "a");
    const first = await store.putFolder(folder);
    expect(await store.putFolder(folder)).toEqual(first);
    expect(await store.verify(digestOf("a"))).toBe("ok");
  });

  it("takes a blob whose time alone was changed for sound, and seals it again", async () => {
    const { root, store } = open();
    const { digest } = await store.put(Buffer.from("touched"));
    utimesSync(pathOf(root, digest), 1, 1);
    await store.placeFile(digest, join(temporaryFolder(), "x"));
    expect(statSync(pathOf(root, digest)).mtimeMs).toBe(Date.UTC(2000, 0, 1));
  });

  it("notices damage that keeps length and time when the blob is read", async () => {
    const { root, store } = open();
    const { digest } = await store.put(Buffer.from("original"));
    const path = pathOf(root, digest);
    const { atimeMs, mtimeMs } = statSync(path);
    chmodSync(path, 0o644);
    writeFileSync(path, "0riginal");
    utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
    await expect(Readable.prototype.toArray.call(await store.get(digest))).rejects.toMatchObject({
      code: "BLOB_DAMAGED",
    });
    expect(await store.verify(digest)).toBe("damaged");
  });

  it("refuses a device or pipe in a folder", async () => {
    const { store } = open();
    const folder = join(temporaryFolder(), "folder");
    mkdirSync(folder);
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await expect(store.putFolder(folder)).rejects.toMatchObject({
      code: "OUTPUT_INVALID",
      message: expect.stringContaining("pipe"),
    });
  });

  it("refuses a name that is not UTF-8", async () => {
    const { store } = open();
    const folder = join(temporaryFolder(), "folder");
    mkdirSync(folder);
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff])]), "x");
    await expect(store.putFolder(folder)).rejects.toMatchObject({
      code: "OUTPUT_INVALID",
      message: expect.stringContaining("not UTF-8"),
    });
  });

  it("removes files left by a writer that died, once they are old", async () => {
    const root = join(temporaryFolder(), "artifacts");
    let ahead = 0;
    const store = openDiskStore(root, { now: () => Date.now() + ahead });
    writeFileSync(join(root, "temporary", "left"), "half");
    await store.collect(() => false, { graceMs: 0, dryRun: false });
    expect(existsSync(join(root, "temporary", "left"))).toBe(true);
    ahead = 25 * 60 * 60 * 1000;
    await store.collect(() => false, { graceMs: 0, dryRun: false });
    expect(existsSync(join(root, "temporary", "left"))).toBe(false);
  });

  it("keeps every blob that is stored again while another collects", async () => {
    const { root, store } = open();
    const texts = Array.from({ length: 300 }, (_, i) => `blob ${i}`);
    const blobs = await Promise.all(texts.map((text) => store.put(Buffer.from(text))));
    for (const { digest } of blobs) utimesSync(pathOf(root, digest), 1_000_000_000, Date.UTC(2000, 0, 1) / 1000);
    const collecting = openDiskStore(root).collect(() => false, { graceMs: 60_000, dryRun: false });
    const again: Digest[] = [];
    for (const text of texts.slice(0, 200)) {
      await new Promise((resolve) => setImmediate(resolve));
      again.push((await store.put(Buffer.from(text))).digest);
    }
    const { removed } = await collecting;
    expect(removed).toBeGreaterThanOrEqual(100);
    expect(await Promise.all(again.map((digest) => store.verify(digest)))).toEqual(again.map(() => "ok"));
  });
});

describe("disk errors", () => {
  const failure = (code: string): Error => Object.assign(new Error(code), { code });

  it.each(["ENOSPC", "EDQUOT"])("%s is a full disk", (code) => {
    expect(diskError(failure(code), "/data/x")).toMatchObject({
      code: "DISK_FULL",
      message: expect.stringContaining("/data/x"),
      mend: expect.stringContaining("flotilla gc"),
    });
  });

  it.each(["EACCES", "EROFS"])("%s is a folder that cannot be written", (code) => {
    expect(diskError(failure(code), "/data/x")).toMatchObject({ code: "PROJECT_NOT_WRITABLE" });
  });

  it("leaves anything else as it came", () => {
    const other = failure("EIO");
    expect(diskError(other, "/data/x")).toBe(other);
  });
});
