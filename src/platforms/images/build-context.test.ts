import { describe, expect, it } from "vitest";
import type { Tree } from "../../artifacts/artifact-store.ts";
import { hashBytes } from "../../artifacts/hashing.ts";
import type { ImageRecipe } from "../../core/plan.ts";
import { type BuildContext, contextOf } from "./build-context.ts";

/** A snapshot of these files. */
function snapshot(files: Readonly<Record<string, string>>): { tree: Tree; textOf: Parameters<typeof contextOf>[2] } {
  const entries = Object.entries(files).map(([path, text]) => {
    const bytes = Buffer.from(text);
    return { path, type: "file", digest: hashBytes(bytes), bytes: bytes.length } as const;
  });
  return { tree: { type: "tree", entries }, textOf: async ({ path }) => files[path]! };
}

async function made(recipe: Partial<ImageRecipe>, files: Readonly<Record<string, string>>): Promise<BuildContext> {
  const { tree, textOf } = snapshot(files);
  return contextOf({ from: "python:3.12", files: [], ...recipe }, tree, textOf);
}

const pathsIn = ({ files }: BuildContext): string[] => files.map(({ path }) => path).toSorted();

describe("what an image is made from", () => {
  it("is nothing but its base where nothing is asked for", async () => {
    const context = await made({}, { "a.py": "" });
    expect(context.dockerfile).toBe("FROM python:3.12\nWORKDIR /app\n");
    expect(context.files).toEqual([]);
  });

  it.each([
    [
      "requirements with what they take in, and nothing else",
      { requirements: "deps/r.txt" },
      { "deps/r.txt": "-r more.txt\n-c ../limits.txt\nsix\n", "deps/more.txt": "", "limits.txt": "", "other.txt": "" },
      ["needed/deps/more.txt", "needed/deps/r.txt", "needed/limits.txt"],
    ],
    [
      "requirements that take in each other",
      { requirements: "a.txt" },
      { "a.txt": "-r b.txt", "b.txt": "-r a.txt" },
      ["needed/a.txt", "needed/b.txt"],
    ],
    [
      "files that the requirements name before them, and others after them",
      { requirements: "r.txt", files: ["src", "wheels/own.whl"] },
      { "r.txt": "./wheels/own.whl\n", "src/a.py": "", "wheels/own.whl": "", "wheels/other.whl": "" },
      ["files/src/a.py", "needed/r.txt", "needed/wheels/own.whl"],
    ],
    [
      "a folder whose wheel they name, and a wheel whose folder they name",
      { requirements: "r.txt", files: ["wheels", "more/x.whl"] },
      { "r.txt": "./wheels/own.whl\n--find-links more\n", "wheels/own.whl": "", "more/x.whl": "" },
      ["needed/more/x.whl", "needed/r.txt", "needed/wheels/own.whl"],
    ],
    ["the whole project", { files: [""] }, { "a.py": "", "src/b c.py": "" }, ["files/a.py", "files/src/b c.py"]],
    [
      "a folder, and none whose name merely begins so",
      { files: ["src"] },
      { "src/a.py": "", "srcs/b.py": "", "src.py": "" },
      ["files/src/a.py"],
    ],
  ])("is %s", async (_, recipe, files, paths) => {
    expect(pathsIn(await made(recipe, files as Readonly<Record<string, string>>))).toEqual(paths);
  });

  it("installs the requirements without a shell, before the files that they do not need", async () => {
    const { dockerfile } = await made(
      { requirements: 'my "r".txt', files: ["src"] },
      { 'my "r".txt': "six", "src/a.py": "" },
    );
    expect(dockerfile).toBe(
      [
        "FROM python:3.12",
        "WORKDIR /app",
        'COPY ["needed/", "./"]',
        "ARG PIP_BREAK_SYSTEM_PACKAGES=1",
        "ARG PIP_ROOT_USER_ACTION=ignore",
        String.raw`RUN ["python3","-m","pip","install","--no-cache-dir","--disable-pip-version-check","-r","my \"r\".txt"]`,
        'COPY ["files/", "./"]',
        "",
      ].join("\n"),
    );
  });

  it("has another name when anything of it changes, and only then", async () => {
    const recipe = { requirements: "r.txt", files: ["src"] };
    const files = { "r.txt": "six==1\n", "src/a.py": "1", "other.py": "1" };
    const { hash } = await made(recipe, files);
    expect(hash).toMatch(/^[0-9a-f]{24}$/);
    for (const [changed, of] of [
      [recipe, { ...files, "r.txt": "six==2\n" }],
      [recipe, { ...files, "src/a.py": "2" }],
      [recipe, { ...files, "src/b.py": "1" }],
      [{ ...recipe, from: "python:3.13" }, files],
      [{ ...recipe, files: [] }, files],
    ] as const)
      expect((await made(changed, of)).hash).not.toBe(hash);
    const elsewhere = { "other.py": "2", "src/a.py": "1", "r.txt": "six==1\n" };
    expect((await made({ ...recipe, name: "train" }, elsewhere)).hash).toBe(hash);
  });

  it.each([
    ["files", { files: ["src/none.py"] }, "src/none.py"],
    ["requirements", { requirements: "r.txt" }, "r.txt"],
    ["what requirements take in", { requirements: "a.txt" }, "none.txt"],
  ])("cannot be %s that the snapshot does not have", async (_, recipe, path) => {
    await expect(made(recipe, { "a.txt": "-r none.txt" })).rejects.toMatchObject({
      code: "TASK_CONFIG",
      message: expect.stringMatching(`^${path} is to be in an image, and is not among the files`),
    });
  });
});
