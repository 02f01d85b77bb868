import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { finished, Project } from "./project.ts";

let project: Project;
afterEach(() => project.remove());

/** `npm test` gets one from PyPI. */
const uv = process.env["FLOTILLA_TEST_UV"];
const whyNot = process.env["FLOTILLA_TEST_NO_UV"] ?? "no FLOTILLA_TEST_UV, which `npm test` sets";
/** One project, three descriptions of what it needs: each with a version of its own, so that none passes for another. */
const files = {
  "pipeline.ts": `
import { environment, pipeline, python, string } from "flotilla";
export default pipeline("environments", {}, ({ step }) => {
  const sources = { requirements: "./requirements.txt", pyproject: "./pyproject.toml", lock: "./locked/uv.lock" };
  for (const [kind, path] of Object.entries(sources))
    step(kind, {
      run: python("work:version", { environment: environment({ [kind]: path, name: kind }) }),
      outputs: { version: string(), place: string() },
    });
});
`,
  "work.py": `
import six, sys
def version():
    return {"version": six.__version__, "place": sys.prefix}
`,
  "requirements.txt": "six==1.17.0\n",
  "pyproject.toml": `[project]\nname = "p"\nversion = "0"\ndependencies = ["six==1.16.0"]\n`,
  "locked/pyproject.toml": `[project]\nname = "locked"\nversion = "0"\nrequires-python = ">=3.9"\ndependencies = ["six==1.14.0"]\n`,
  // As `uv lock` wrote it.
  "locked/uv.lock": `version = 1
revision = 3
requires-python = ">=3.9"

[[package]]
name = "locked"
version = "0"
source = { virtual = "." }
dependencies = [
    { name = "six" },
]

[package.metadata]
requires-dist = [{ name = "six", specifier = "==1.14.0" }]

[[package]]
name = "six"
version = "1.14.0"
source = { registry = "https://pypi.org/simple" }
wheels = [
    { url = "https://files.pythonhosted.org/packages/65/eb/1f97cb97bfc2390a276969c6fae16075da282f5058082d4cb10c6c5c1dba/six-1.14.0-py2.py3-none-any.whl", hash = "sha256:8f3cd2e254d8f793e7f3d6d9df77b92252b52637291d0f0da013c76ea2724b6c", size = 10938 },
]
`,
};
const versions = { requirements: "1.17.0", pyproject: "1.16.0", lock: "1.14.0" };

/** The PATH of this machine with this `uv` in front, or without any. */
function pathWith(program: string | undefined): string {
  const others = process.env["PATH"]!.split(delimiter).filter((folder) => !existsSync(join(folder, "uv")));
  return [...(program === undefined ? [] : [dirname(program)]), ...others].join(delimiter);
}

async function expectEachBuilt(builder: string, path: string): Promise<void> {
  project = new Project(files);
  const result = await finished(project.startWith({ PATH: path }, "run"));
  expect({ code: result.code, stderr: result.stderr, stdout: result.stdout }).toMatchObject({ code: 0 });
  for (const [kind, version] of Object.entries(versions)) {
    const { outputs } = await project.json<{ outputs: Record<string, { value: string }> }>("show", kind);
    expect(outputs["version"]!.value).toBe(version);
    expect(outputs["place"]!.value).toContain(join(project.directory, ".flotilla/environments"));
    expect((await project.flotilla("logs", `environment-${kind}`)).stdout).toMatch(`${builder} `);
  }
}

it("builds requirements, a pyproject and a uv.lock with venv and pip where there is no uv", async () => {
  await expectEachBuilt("-m pip install", pathWith(undefined));
}, 180_000);

describe.skipIf(uv === undefined)(`uv${uv === undefined ? ` (skipped: ${whyNot})` : ""}`, () => {
  it("builds requirements, a pyproject and a uv.lock where it is on the PATH", async () => {
    await expectEachBuilt("/uv", pathWith(uv));
  }, 180_000);
});
