import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isIgnored, parseIgnores } from "./ignore-patterns.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const paths = [
  "a",
  "a.csv",
  "b.csv",
  "dir/a.csv",
  "dir/deep/a.csv",
  "data/x",
  "sub/data/x",
  "data.txt",
  "a b",
  "#hash",
  "!bang",
  "x.py",
  "x.pyc",
  "dir/x.pyc",
  "foo/bar/baz",
  "foo/baz",
  "foo/a/b/baz",
  "file1",
  "file2",
  "fileA",
  "[x]",
  "trailing ",
  "star*",
  "q?",
];
const patternFiles = [
  "*.csv",
  "/a.csv",
  "dir/",
  "data",
  "data/",
  "/data",
  "sub/data",
  "*.csv\n!b.csv",
  "dir/*\n!dir/deep",
  "**/deep",
  "dir/**",
  "foo/**/baz",
  "file[0-9]",
  "file[!0-9]",
  "file?",
  "# comment\n\na",
  "\\#hash",
  "\\!bang",
  "a b",
  "star\\*",
  "\\[x\\]",
  "trailing\\ ",
  "*.py[co]",
  "d*r",
  "foo/*/baz",
  "a   ",
];

describe("ignore patterns", () => {
  it.each(patternFiles)("%j leaves out what git leaves out", (patterns) => {
    const folder = temporaryFolder();
    execFileSync("git", ["init", "-q"], { cwd: folder });
    writeFileSync(join(folder, ".git", "info", "exclude"), `${patterns}\n`);
    let ignoredByGit: string[] = [];
    try {
      ignoredByGit = execFileSync("git", ["check-ignore", "--no-index", "-z", "--stdin"], {
        cwd: folder,
        input: paths.join("\0"),
      })
        .toString()
        .split("\0");
    } catch {
      // git ends with 1 when it ignores none of them
    }
    const ignores = parseIgnores(patterns);
    expect(paths.filter((path) => isIgnored(ignores, path))).toEqual(ignoredByGit.filter((path) => path !== ""));
  });
});
