// Imports TypeScript of the sources into a script, without building all of dist/.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository } from "./repository.mjs";

/** What a module of this text, with imports relative to the repository, exports. `external` is left out: it is not called. */
export async function loadSource(contents, { external = [] } = {}) {
  const { build } = await import("esbuild");
  const folder = mkdtempSync(join(repository, "node_modules/.flotilla-source-"));
  try {
    const outfile = join(folder, "code.mjs");
    await build({
      stdin: { contents, resolveDir: repository, loader: "ts" },
      bundle: true,
      format: "esm",
      platform: "node",
      packages: "external",
      external,
      outfile,
      logLevel: "warning",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
