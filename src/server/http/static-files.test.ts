import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { StaticFiles } from "./static-files.ts";

const code = "export const ship = 1;\n".repeat(100);
const request = { acceptEncoding: "gzip, br", ifNoneMatch: undefined };

function filesWith(names: Readonly<Record<string, string | Buffer>>): StaticFiles {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "assets"));
  for (const [name, content] of Object.entries(names)) writeFileSync(join(folder, name), content);
  return new StaticFiles(folder);
}

async function bytesOf(response: Response | undefined): Promise<Buffer> {
  return Buffer.from(await response!.arrayBuffer());
}

describe("a file of the dashboard", () => {
  it("is sent as the build has compressed it", async () => {
    const built = brotliCompressSync(code);
    const files = filesWith({ "assets/a.js": code, "assets/a.js.br": built });
    const answer = files.answer("/assets/a.js", request);
    expect(answer?.headers.get("content-encoding")).toBe("br");
    expect(answer?.headers.get("content-length")).toBe(String(built.length));
    expect(await bytesOf(answer)).toEqual(built);
    expect((await bytesOf(files.answer("/assets/a.js", { ...request, acceptEncoding: undefined }))).toString()).toBe(
      code,
    );
  });

  it("is compressed here where the build has not done it", async () => {
    const answer = filesWith({ "assets/a.js": code }).answer("/assets/a.js", request);
    expect(brotliDecompressSync(await bytesOf(answer)).toString()).toBe(code);
  });

  it("has no second address for its compressed form", () => {
    const files = filesWith({ "assets/a.js": code, "assets/a.js.br": brotliCompressSync(code) });
    expect(files.answer("/assets/a.js.br", request)).toBeUndefined();
  });
});
