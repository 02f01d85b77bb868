import { chmodSync, existsSync, mkdirSync, readdirSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { WorkFolders } from "./work-folders.ts";

describe("folders to work in", () => {
  it("passes an empty one on to the next attempt", () => {
    const { folders, first, second } = twoAttempts();
    expect(folders.keep(first)).toBe(true);
    folders.make(second);
    expect(existsSync(first)).toBe(false);
    expect(readdirSync(second)).toEqual([]);
  });

  it.each<[string, (path: string) => void]>([
    ["with something in it", (path) => writeFileSync(join(path, "scratch"), "x")],
    ["with other rights than it had", (path) => chmodSync(path, 0o500)],
    ["that the task has put a link in the place of", replaceByLink],
    ["that is gone", rmdirSync],
  ])("does not pass one on %s", (_what, spoil) => {
    const { folders, first } = twoAttempts();
    spoil(first);
    expect(folders.keep(first)).toBe(false);
  });

  it("makes a new one when the kept one was removed by somebody else", () => {
    const { folders, first, second } = twoAttempts();
    folders.keep(first);
    rmdirSync(first);
    folders.make(second);
    expect(readdirSync(second)).toEqual([]);
  });

  it("leaves what is in the folder of an attempt that is prepared again", () => {
    const { folders, first, second } = twoAttempts();
    folders.keep(first);
    mkdirSync(second);
    writeFileSync(join(second, "scratch"), "x");
    folders.make(second);
    expect(readdirSync(second)).toEqual(["scratch"]);
  });

  it("removes at the end what it kept", () => {
    const { folders, first } = twoAttempts();
    folders.keep(first);
    folders.close();
    expect(existsSync(first)).toBe(false);
  });
});

function twoAttempts(): { folders: WorkFolders; first: string; second: string } {
  const root = temporaryFolder();
  const [first, second] = ["first", "second"].map((name) => {
    mkdirSync(join(root, name));
    return join(root, name, "work");
  }) as [string, string];
  const folders = new WorkFolders();
  folders.make(first);
  return { folders, first, second };
}

function replaceByLink(path: string): void {
  rmdirSync(path);
  symlinkSync("/", path);
}
