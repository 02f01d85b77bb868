// Builds dist/ui/, the dashboard, from ui/. Apart from the rest: a change of the engine does not build the pages anew, and the
// other way round. Built beside the old one and put in its place whole, so that a running server never misses a file for long.
import "./check-node.mjs";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { repository, say, seconds } from "./repository.mjs";

const dist = join(repository, "dist");
const target = join(dist, "ui");
const stamp = join(dist, ".inputs-ui");
const alsoRead = [
  "ui/index.html",
  "ui/package.json",
  "ui/vite.config.ts",
  // All of the wire that is more than types to the dashboard.
  "src/api/routes.ts",
  "package-lock.json",
  "scripts/build-ui.mjs",
];

export async function buildUi({ clean = false } = {}) {
  const inputs = hashInputs();
  const built = existsSync(join(target, "index.html"));
  if (!clean && built && existsSync(stamp) && readFileSync(stamp, "utf8") === inputs) return;
  const started = Date.now();
  mkdirSync(dist, { recursive: true });
  rmSync(stamp, { force: true });
  const fresh = join(dist, `ui.${process.pid}`);
  const { build } = await import("vite");
  await build({
    configFile: join(repository, "ui/vite.config.ts"),
    logLevel: "warn",
    build: { outDir: fresh, emptyOutDir: true },
  });
  compressFiles(fresh);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  writeFileSync(stamp, inputs);
  say(`Built dist/ui/ in ${seconds(started)}.`);
}

/** Puts each file beside itself as small as it gets: the server sends it as it lies there. Fonts are compressed already. */
function compressFiles(folder) {
  const texts = new Set([".html", ".js", ".css", ".svg"]);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !texts.has(extname(entry.name))) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const bytes = readFileSync(path);
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
  }
}

function hashInputs() {
  const hash = createHash("sha256");
  const files = [...filesIn("ui/src"), ...filesIn("ui/public"), ...alsoRead.map((name) => join(repository, name))];
  for (const path of files) {
    hash
      .update(`${relative(repository, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesIn(folder) {
  return readdirSync(join(repository, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
