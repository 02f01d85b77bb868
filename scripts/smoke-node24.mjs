// Runs the built command line with Node 24, the newest that is supported, whatever Node runs this: the employment example
// from plan to report. Node comes from npm and is kept in the user's cache. The last line counts, as `npm test` does.
import "./check-node.mjs";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { prepareOrExit } from "./prepare.mjs";
import { capture, repository, say } from "./repository.mjs";

const version = "24";
const cli = join(repository, "dist/cli.js");

if (process.platform !== "linux") {
  say(`skipped: npm has no Node ${version} for ${process.platform} that could be taken here`);
  end({ skipped: 1 });
} else {
  await prepareOrExit();
  const node = await fetchNode();
  const folder = mkdtempSync(join(tmpdir(), "flotilla-node24-"));
  try {
    end(await smoke(node, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The path of a Node of that version. */
async function fetchNode() {
  const name = `node-linux-${process.arch}`;
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "flotilla-tests", `node-${version}`);
  const program = join(folder, "node_modules", name, "bin/node");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  await must("npm", ["install", "--silent", "--no-save", "--prefix", folder, `${name}@${version}`]);
  return program;
}

async function smoke(node, folder) {
  say(`Node ${(await must(node, ["--version"])).trim()}`);
  cpSync(join(repository, "examples/employment"), folder, {
    recursive: true,
    filter: (from) => !from.endsWith(".flotilla"),
  });
  const flotilla = (...args) => must(node, [cli, ...args], { cwd: folder, env: { ...process.env, DATABASE_URL: "" } });
  const last = JSON.parse((await flotilla("run", "--select", "pr", "--json")).trimEnd().split("\n").at(-1));
  if (last.state !== "succeeded") throw new Error(`the run ended so: ${JSON.stringify(last)}`);
  await flotilla("artifacts", "summary", "table", "-o", "summary.csv");
  if (!existsSync(join(folder, "summary.csv"))) throw new Error("the summary was not written");
  await storeStops(folder);
  return { passed: 1 };
}

/** The store stops with its last user, a moment after it. */
async function storeStops(folder) {
  const end = Date.now() + 20_000;
  while (existsSync(join(folder, ".flotilla/postgres/data/postmaster.pid"))) {
    if (Date.now() > end) throw new Error("20 s after the last command the store still runs");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function must(program, args, options) {
  const { code, stdout, stderr } = await capture(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed with exit code ${code}:\n${stdout}${stderr}`);
  return stdout;
}

function end({ passed = 0, skipped = 0 }) {
  console.log(`${passed} passed, 0 failed, ${skipped} skipped`);
}
