import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { findPipelineFiles } from "./find-pipeline-files.ts";

function project(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe("the pipeline files of a project", () => {
  it("are those with such a name, called as they say themselves", async () => {
    const folder = project({
      "pipeline.ts": 'export default pipeline("main", {}, () => {})',
      "fleets/delays.pipeline.ts": "export default pipeline(\n  'delays',\n  {}, () => {})",
      "fleets/strange.pipeline.ts": "export default pipeline(nameOf(x), {})",
      "pipelines.ts": "",
      "my-pipeline.ts": "",
    });
    symlinkSync("/", join(folder, "root"));
    expect(await findPipelineFiles(folder)).toEqual([
      { file: "fleets/delays.pipeline.ts", name: "delays" },
      { file: "fleets/strange.pipeline.ts", name: "fleets/strange.pipeline.ts" },
      { file: "pipeline.ts", name: "main" },
    ]);
  });

  it("leave out what the project leaves out, and what is never its own", async () => {
    const folder = project({
      "node_modules/x/pipeline.ts": "",
      "old/pipeline.ts": "",
      "drafts/pipeline.ts": "",
      "kept/pipeline.ts": "",
      ".gitignore": "old/\n",
      ".flotillaignore": "/drafts\n",
    });
    expect((await findPipelineFiles(folder)).map(({ file }) => file)).toEqual(["kept/pipeline.ts"]);
  });

  it("are none where there is nothing to read", async () => {
    expect(await findPipelineFiles(join(temporaryFolder(), "gone"))).toEqual([]);
  });
});
