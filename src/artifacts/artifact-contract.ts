import { createHash, randomBytes } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { Digest } from "../core/ids.ts";
import type { ArtifactStore } from "./artifact-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface StoreUnderTest {
  readonly store: ArtifactStore;
  /** Changes a byte of a stored blob behind the store's back. */
  readonly damage: (digest: Digest) => void;
  /** Sets the store's clock forward. */
  readonly pass: (ms: number) => void;
}

/** What every artifact store must do, whatever it is made of. */
export function artifactStoreContract(name: string, open: () => StoreUnderTest): void {
  describe(`artifact store contract: ${name}`, () => {
    const digestOf = (content: string | Buffer): Digest =>
      `sha256:${createHash("sha256").update(content).digest("hex")}` as Digest;
    const absent = digestOf("never stored");
    const fileWith = (content: string | Buffer): string => {
      const path = join(temporaryFolder(), "file");
      writeFileSync(path, content);
      return path;
    };
    const textOf = async (store: ArtifactStore, digest: Digest): Promise<string> =>
      (await buffer(await store.get(digest))).toString();
    const collectAll = { graceMs: 0, dryRun: false };

    it("names bytes, streams and files by the SHA-256 of their content", async () => {
      const { store } = open();
      const expected = { digest: digestOf("hello"), bytes: 5 };
      expect(await store.put(Buffer.from("hello"))).toEqual(expected);
      expect(await store.put(Readable.from([Buffer.from("hel"), Buffer.from("lo")]))).toEqual(expected);
      expect(await store.putFile(fileWith("hello"))).toEqual(expected);
      expect(await textOf(store, expected.digest)).toBe("hello");
    });

    it("holds an empty file and one of many pieces", async () => {
      const { store } = open();
      const large = randomBytes(3_000_001);
      expect(await store.putFile(fileWith(""))).toEqual({ digest: digestOf(""), bytes: 0 });
      const { digest } = await store.putFile(fileWith(large));
      expect(digest).toBe(digestOf(large));
      expect((await buffer(await store.get(digest))).equals(large)).toBe(true);
    });

    it("reads a range, the end of which is not part of it", async () => {
      const { store } = open();
      const { digest } = await store.put(Buffer.from("0123456789"));
      expect((await buffer(await store.get(digest, { from: 2, to: 5 }))).toString()).toBe("234");
      expect((await buffer(await store.get(digest, { from: 7 }))).toString()).toBe("789");
    });

    it("says what is missing", async () => {
      const { store } = open();
      expect(await store.has(absent)).toBe(false);
      expect(await store.verify(absent)).toBe("missing");
      const missing = { code: "BLOB_MISSING", message: expect.stringContaining(absent) };
      await expect(store.get(absent)).rejects.toMatchObject(missing);
      await expect(store.placeFile(absent, join(temporaryFolder(), "x"))).rejects.toMatchObject(missing);
      await expect(store.placeFolder(absent, join(temporaryFolder(), "x"))).rejects.toMatchObject(missing);
    });

    it("refuses to give out a damaged blob, and names it", async () => {
      const { store, damage } = open();
      const { digest } = await store.put(Buffer.from("precious"));
      damage(digest);
      const damaged = { code: "BLOB_DAMAGED", message: expect.stringContaining(digest) };
      expect(await store.verify(digest)).toBe("damaged");
      expect(await store.has(digest)).toBe(false);
      await expect(store.placeFile(digest, join(temporaryFolder(), "x"))).rejects.toMatchObject(damaged);
      await expect(textOf(store, digest)).rejects.toMatchObject(damaged);
    });

    it("mends a damaged blob when its content is stored again", async () => {
      const { store, damage } = open();
      const { digest } = await store.put(Buffer.from("precious"));
      damage(digest);
      await store.put(Buffer.from("precious"));
      expect(await store.verify(digest)).toBe("ok");
    });

    it("takes a quarantined blob for missing until its content is stored again", async () => {
      const { store } = open();
      const { digest } = await store.put(Buffer.from("precious"));
      await store.quarantine(digest);
      await store.quarantine(digest);
      expect(await store.verify(digest)).toBe("missing");
      await store.put(Buffer.from("precious"));
      expect(await textOf(store, digest)).toBe("precious");
    });

    it("places a file read-only, and never over another", async () => {
      const { store } = open();
      const { digest } = await store.put(Buffer.from("data"));
      const target = join(temporaryFolder(), "deep", "data.bin");
      mkdirSync(join(target, ".."));
      await store.placeFile(digest, target);
      expect(readFileSync(target, "utf8")).toBe("data");
      expect(lstatSync(target).mode & 0o222).toBe(0);
      await expect(store.placeFile(digest, target)).rejects.toThrow(/EEXIST/);
    });

    it("brings a folder back with its names, empty folders and executables", async () => {
      const { store } = open();
      const folder = join(temporaryFolder(), "folder");
      const names = ["plain", "with space", "new\nline", "back\\slash", "ümläut", "😀", "\uffee", "-rf", "*"];
      mkdirSync(join(folder, "deep", "deeper"), { recursive: true });
      mkdirSync(join(folder, "empty"));
      for (const name of names) writeFileSync(join(folder, "deep", "deeper", name), `content of ${name}`);
      writeFileSync(join(folder, "tool"), "#!/bin/sh\n", { mode: 0o755 });
      const stored = await store.putFolder(folder);
      const target = join(temporaryFolder(), "target");
      await store.placeFolder(stored.digest, target);
      expect(readdirSync(target).toSorted()).toEqual(["deep", "empty", "tool"]);
      for (const name of names)
        expect(readFileSync(join(target, "deep", "deeper", name), "utf8")).toBe(`content of ${name}`);
      expect(lstatSync(join(target, "tool")).mode & 0o777).toBe(0o555);
      expect(lstatSync(join(target, "deep", "deeper", "plain")).mode & 0o111).toBe(0);
      expect(stored.bytes).toBe(names.reduce((sum, name) => sum + Buffer.byteLength(`content of ${name}`), 10));
    });

    it("gives equal folders equal digests, entries in the order of code points", async () => {
      const { store } = open();
      const [one, two] = [join(temporaryFolder(), "a"), join(temporaryFolder(), "b")];
      const names = ["\uffee", "😀", "b", "a"];
      for (const folder of [one, two]) mkdirSync(folder);
      for (const name of names) writeFileSync(join(one, name), name);
      for (const name of names.toReversed()) writeFileSync(join(two, name), name);
      const { digest } = await store.putFolder(one);
      expect((await store.putFolder(two)).digest).toBe(digest);
      expect((await store.readTree(digest)).entries.map((entry) => entry.path)).toEqual(["a", "b", "\uffee", "😀"]);
    });

    it("stores links inside a folder as what they point to", async () => {
      const { store } = open();
      const folder = join(temporaryFolder(), "folder");
      mkdirSync(join(folder, "versions"), { recursive: true });
      writeFileSync(join(folder, "versions", "1"), "one");
      symlinkSync(join("versions", "1"), join(folder, "latest"));
      symlinkSync("versions", join(folder, "all"));
      const tree = await store.readTree((await store.putFolder(folder)).digest);
      expect(tree.entries.map((entry) => entry.path)).toEqual(["all/1", "latest", "versions/1"]);
    });

    const badLinks: [string, string, RegExp][] = [
      ["leads out", "/etc/passwd", /leads out of its folder/],
      ["leads out by ..", "../outside", /leads out of its folder/],
      ["leads to nothing", "nowhere", /leads to nothing/],
      ["leads to the folder it lies in", ".", /leads to a folder that it lies in/],
      ["leads to itself", "link", /leads in a circle/],
    ];
    it.each(badLinks)("refuses a link in a folder that %s", async (_title, target, message) => {
      const { store } = open();
      const parent = temporaryFolder();
      mkdirSync(join(parent, "folder"));
      writeFileSync(join(parent, "outside"), "secret");
      symlinkSync(target, join(parent, "folder", "link"));
      await expect(store.putFolder(join(parent, "folder"))).rejects.toMatchObject({
        code: "OUTPUT_INVALID",
        message: expect.stringMatching(message),
      });
    });

    it("does not take a file for a folder", async () => {
      const { store } = open();
      const { digest } = await store.put(Buffer.from("not a tree"));
      await expect(store.readTree(digest)).rejects.toMatchObject({ code: "BLOB_DAMAGED" });
    });

    it.each(["../escape", "/absolute", "a/../../b", "a//b", "", "nul\0"])(
      "does not place a tree with the path %j",
      async (path) => {
        const { store } = open();
        const { digest: content } = await store.put(Buffer.from("x"));
        const tree = JSON.stringify({ entries: [{ bytes: 1, digest: content, path, type: "file" }], type: "tree" });
        const { digest } = await store.put(Buffer.from(tree));
        const target = join(temporaryFolder(), "deep", "target");
        mkdirSync(join(target, ".."));
        await expect(store.placeFolder(digest, target)).rejects.toMatchObject({ code: "BLOB_DAMAGED" });
        expect(existsSync(target)).toBe(false);
      },
    );

    it("collects what is not kept, and keeps what a kept tree names", async () => {
      const { store, pass } = open();
      const folder = join(temporaryFolder(), "folder");
      mkdirSync(folder);
      writeFileSync(join(folder, "in-tree"), "named by the tree");
      const tree = await store.putFolder(folder);
      const kept = await store.put(Buffer.from("kept"));
      const dropped = await store.put(Buffer.from("dropped"));
      pass(1000);
      const isKept = (digest: Digest): boolean => digest === tree.digest || digest === kept.digest;
      const expected = { removed: 1, bytes: 7, kept: 3 };
      expect(await store.collect(isKept, { graceMs: 0, dryRun: true })).toEqual(expected);
      expect(await store.has(dropped.digest)).toBe(true);
      pass(1000);
      expect(await store.collect(isKept, collectAll)).toEqual(expected);
      expect(await store.verify(dropped.digest)).toBe("missing");
      expect(await store.verify(digestOf("named by the tree"))).toBe("ok");
      expect(await store.verify(kept.digest)).toBe("ok");
    });

    it("spares what was stored, stored again or asked for within the grace", async () => {
      const { store, pass } = open();
      const [old, again, asked] = await Promise.all(
        ["old", "again", "asked"].map((text) => store.put(Buffer.from(text))),
      );
      pass(10_000);
      // The store's clock is ahead of that of the disk here, so what is used now is 10 s old and the rest as well.
      await store.put(Buffer.from("again"));
      await store.has(asked!.digest);
      expect(await store.collect(() => false, { graceMs: 60_000, dryRun: false })).toMatchObject({ removed: 0 });
      expect(await store.verify(old!.digest)).toBe("ok");
      expect(await store.verify(again!.digest)).toBe("ok");
      expect(await store.collect(() => false, { graceMs: 5000, dryRun: false })).toMatchObject({ removed: 3 });
    });
  });
}
