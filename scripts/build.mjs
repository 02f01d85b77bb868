// Builds dist/ from src/: the command line, the SDK, programs that run in processes of their own, migrations, declarations.
// The dashboard in dist/ui/ is built by build-ui.mjs.
// Skipped when nothing it reads has changed. `--clean` begins from nothing.
import "./check-node.mjs";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { buildUi } from "./build-ui.mjs";
import { capture, repository, say, seconds } from "./repository.mjs";

const dist = join(repository, "dist");
const stamp = join(dist, ".inputs");

/**
 * Output name and source, by program. Chunks that are shared stand beside them, so `import.meta.url` means dist/ everywhere.
 * The command line has a zod of its own, of which only what it uses is loaded: that saves it 100 ms of CPU time at its start.
 * The code of users has the zod that they have installed.
 */
const programs = [
  { entries: { cli: "src/cli/main.ts" }, bundled: ["zod"] },
  { entries: { sdk: "src/sdk/index.ts", "evaluate-pipeline": "src/planner/evaluate/main.ts" }, bundled: [] },
];
/** Copied as they are: file or folder, and where it goes below dist/. */
const copies = [
  ["src/store/migrations", "migrations"],
  ["src/platforms/local/node-runner.mjs", "node-runner.mjs"],
];
const alsoRead = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.types.json", "scripts/build.mjs"];

export async function build({ clean = false } = {}) {
  if (clean) rmSync(dist, { recursive: true, force: true });
  await buildPrograms();
  await buildUi();
}

async function buildPrograms() {
  const inputs = hashInputs();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === inputs) return;
  const started = Date.now();
  mkdirSync(dist, { recursive: true });
  rmSync(stamp, { force: true });
  const [kept] = await Promise.all([bundle(), writeDeclarations()]);
  for (const [from, to] of copies) cpSync(join(repository, from), join(dist, to), { recursive: true });
  removeStale(kept);
  writeFileSync(stamp, inputs);
  say(`Built dist/ in ${seconds(started)}.`);
}

async function bundle() {
  const outputFiles = (await Promise.all(programs.map(bundleProgram))).flat();
  // Chunks first: an entry that a running program reads never names a chunk that is not there yet.
  const files = outputFiles.toSorted((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)));
  for (const { path, contents, text } of files)
    replaceFile(path, contents, { executable: path === join(dist, "cli.js") && text.startsWith("#!") });
  if (!readFileSync(join(dist, "cli.js"), "utf8").startsWith("#!"))
    throw new Error("src/cli/main.ts must begin with #!/usr/bin/env node");
  return new Set(files.map(({ path }) => basename(path)));
}

async function bundleProgram({ entries, bundled }) {
  const esbuild = await import("esbuild");
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const packages = Object.keys({ ...dependencies, ...optionalDependencies });
  const { outputFiles } = await esbuild.build({
    absWorkingDir: repository,
    entryPoints: Object.entries(entries).map(([out, source]) => ({ in: source, out })),
    outdir: "dist",
    bundle: true,
    splitting: true,
    chunkNames: "chunk-[hash]",
    format: "esm",
    platform: "node",
    target: "node20.19",
    external: packages.filter((name) => !bundled.includes(name)),
    sourcemap: "linked",
    sourcesContent: false,
    write: false,
    logLevel: "warning",
  });
  return outputFiles;
}

function isEntry(path) {
  const name = basename(path).replace(/\.js(\.map)?$/, "");
  return programs.some(({ entries }) => name in entries);
}

function replaceFile(path, contents, { executable }) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents, { mode: executable ? 0o755 : 0o644 });
  renameSync(temporary, path);
}

function removeStale(kept) {
  for (const name of readdirSync(dist))
    if (/^chunk-.*\.js(\.map)?$/.test(name) && !kept.has(name)) rmSync(join(dist, name));
}

/** What editors read for `import … from "flotilla"`. */
async function writeDeclarations() {
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  const { code, stdout, stderr } = await capture(process.execPath, [tsc, "-p", "tsconfig.types.json"]);
  if (code !== 0) throw new Error(`the declarations of the SDK could not be made:\n${stdout}${stderr}`);
}

function hashInputs() {
  const hash = createHash("sha256");
  for (const path of [...sourceFiles(join(repository, "src")), ...alsoRead.map((name) => join(repository, name))]) {
    hash
      .update(`${relative(repository, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  }
  return hash.digest("hex");
}

function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test(-d)?\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await build({ clean: process.argv.includes("--clean") });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
