// `npm run bench -- NAME [--small]`: measures one thing with the real parts, and ends with one line of JSON
// `{"bench":…,"figures":{…},"holds":true|false}`. `--small` is a quick look: fewer tasks and rounds, bounds as strict.
// Exit code 0: the bounds hold; 1: they do not; 2: no such bench.
import "../scripts/check-node.mjs";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepareOrExit } from "../scripts/prepare.mjs";
import { repository, say } from "../scripts/repository.mjs";

const benches = readdirSync(join(repository, "bench"))
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.slice(0, -".bench.ts".length));
const [name, ...options] = process.argv.slice(2);
const unknown = options.filter((option) => option !== "--small");
if (!benches.includes(name) || unknown.length > 0) {
  say(`use: npm run bench -- NAME [--small]\nNAME is one of ${benches.join(", ")}`);
  process.exit(2);
}

await prepareOrExit();
const { default: bench } = await load(name);
const { figures, holds } = await bench({ small: options.includes("--small") });
console.log(JSON.stringify({ bench: name, figures: rounded(figures), holds }));
process.exitCode = holds ? 0 : 1;

/** Bundled beside the built parts, because those find what belongs to them (migrations, runners) from their own place. */
async function load(bench) {
  const { build } = await import("esbuild");
  const outfile = join(repository, `dist/bench-${bench}.js`);
  await build({
    absWorkingDir: repository,
    entryPoints: [`bench/${bench}.bench.ts`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}

function rounded(figures) {
  return Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [
      key,
      typeof value === "number" ? Number(value.toPrecision(4)) : value,
    ]),
  );
}
