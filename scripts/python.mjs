// Finds the Python interpreters of this machine, and makes environments for tests and benches outside of the repository.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { capture, say, seconds } from "./repository.mjs";

export const oldestPython = [3, 9];

/** `{command, version: [3, 11, 7]}`, or undefined when it cannot be run (a pyenv shim without a version, say). */
export async function interpreter(command) {
  const { code, stdout } = await capture(command, ["-c", "import sys; print(*sys.version_info[:3])"]);
  if (code !== 0) return undefined;
  return { command, version: stdout.trim().split(" ").map(Number) };
}

export function isSupported({ version: [major, minor] }) {
  return major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1]);
}

/** `python3`, or a message that says what to do. */
export async function requirePython() {
  const found = await interpreter("python3");
  if (found && isSupported(found)) return found;
  say(
    found
      ? `Flotilla needs Python ${oldestPython.join(".")} or newer; python3 is ${found.version.join(".")}.`
      : "Flotilla needs Python 3.9 or newer, and there is no python3 on PATH.",
  );
  say(
    "Install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python) and run this again.",
  );
  process.exit(3);
}

/** Python 3.9, the oldest that is supported: on PATH, or among pyenv's versions. */
export async function findOldestPython() {
  const name = `python${oldestPython.join(".")}`;
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
  const pyenv = existsSync(versions)
    ? readdirSync(versions).filter((version) => version.startsWith(`${oldestPython.join(".")}.`))
    : [];
  for (const command of [name, ...pyenv.map((version) => join(versions, version, "bin", name))]) {
    const found = await interpreter(command);
    if (found) return found;
  }
  return undefined;
}

/**
 * The Python of a venv with these requirements, made once per content below the user's cache folder.
 * Throws with pip's message when they cannot be installed.
 */
export async function venv({ python, requirements, cache }) {
  const lines = existsSync(requirements) ? readFileSync(requirements, "utf8") : requirements;
  const name = createHash("sha256")
    .update(`${python.version.join(".")}\0${lines}`)
    .digest("hex")
    .slice(0, 16);
  const parent = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), cache);
  const folder = join(parent, name);
  const inside = join(folder, "bin", "python");
  // Scripts of a venv name its place, so it is built where it stays; this file says that it is complete.
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return inside;
  const started = Date.now();
  say(`Making a Python environment in ${folder} …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(parent, { recursive: true });
  await must(python.command, ["-m", "venv", folder]);
  const list = join(folder, "requirements.txt");
  writeFileSync(list, lines);
  await must(inside, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", list]);
  writeFileSync(`${complete}.new`, "");
  renameSync(`${complete}.new`, complete);
  say(`… made in ${seconds(started)}.`);
  return inside;
}

async function must(command, args) {
  const { code, stdout, stderr } = await capture(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed with exit code ${code}:\n${stdout}${stderr}`);
}
