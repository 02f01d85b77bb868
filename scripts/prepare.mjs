// Makes a fresh clone ready to run: packages, then the build. Quick when everything is there.
import "./check-node.mjs";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository, run, say, seconds } from "./repository.mjs";

const modules = join(repository, "node_modules");
const lockFile = join(repository, "package-lock.json");
/** Holds the hash of the lock file that node_modules was installed from. */
const marker = join(modules, ".flotilla-installed");

export async function prepare() {
  await installPackages();
  const { build } = await import("./build.mjs");
  await build();
}

async function installPackages() {
  const wanted = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (isInstalled(wanted)) return;
  const started = Date.now();
  const fresh = !existsSync(modules);
  say(fresh ? "Installing npm packages (about 250 MB, once) …" : "The lock file has changed: updating npm packages …");
  // `npm ci` removes node_modules first, from under whatever still runs from it: only where there is none.
  const code = await run("npm", [fresh ? "ci" : "install", "--no-audit", "--no-fund", "--loglevel=error"], {
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (code !== 0) {
    say("npm could not install the packages (its message stands above). Is a package registry reachable?");
    process.exit(3);
  }
  writeFileSync(marker, wanted);
  say(`Packages installed in ${seconds(started)}.`);
}

/** By content when we installed them; otherwise npm's own record must be newer than the lock file. */
function isInstalled(wanted) {
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return true;
  const record = join(modules, ".package-lock.json");
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** For programs that can do nothing without it: says what went wrong and ends. */
export async function prepareOrExit() {
  try {
    await prepare();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await prepareOrExit();
