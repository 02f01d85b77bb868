// `npm test`: prepares, runs every suite, and ends with one line `N passed, N failed, N skipped`.
// `npm test -- --only unit` (or e2e, browser, python, examples; may be repeated) runs some of them.
import "./check-node.mjs";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findOldestPython, requirePython, venv } from "./python.mjs";
import { prepare } from "./prepare.mjs";
import { repository, run, say } from "./repository.mjs";

const names = ["unit", "e2e", "browser", "python", "examples"];
const chosen = readChosen(process.argv.slice(2));
const scratch = mkdtempSync(join(tmpdir(), "flotilla-test-"));
/** `{suite, passed, failed, skipped: [reason], ms}` */
const results = [];

function readChosen(args) {
  const only = args.flatMap((arg, i) => (args[i - 1] === "--only" ? [arg] : []));
  const unknown = [
    ...only.filter((name) => !names.includes(name)),
    ...args.filter((arg, i) => arg !== "--only" && args[i - 1] !== "--only"),
  ];
  if (unknown.length > 0) {
    say(`unknown: ${unknown.join(" ")}. Suites are ${names.join(", ")}: npm test -- --only unit`);
    process.exit(2);
  }
  return only.length > 0 ? only : names;
}

/** Runs a program that writes its counts to a file; without the file the suite broke down, which counts as a failure. */
async function suite(name, command, args, env = {}) {
  say(`\n── ${name}`);
  const started = Date.now();
  const summary = join(scratch, `${results.length}.json`);
  const code = await run(
    command,
    args.map((arg) => (arg === "SUMMARY" ? summary : arg)),
    {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env, TEST_SUMMARY_FILE: summary },
    },
  );
  const ms = Date.now() - started;
  if (!existsSync(summary)) return [{ suite: name, passed: 0, failed: 1, skipped: [], ms }];
  const counts = JSON.parse(readFileSync(summary, "utf8"));
  const parts =
    "passed" in counts
      ? [{ suite: name, ...counts }]
      : Object.entries(counts).map(([project, part]) => ({ suite: project, ...part }));
  // Whatever the counts say, a suite that ends badly has not passed.
  if (code !== 0 && parts.every(({ failed }) => failed === 0))
    parts.push({ suite: `${name} (exit code ${code})`, passed: 0, failed: 1, skipped: [] });
  return parts.map((part, i) => (i === 0 ? { ...part, ms } : part));
}

async function vitest() {
  const projects = ["unit", "e2e", "browser"].filter((name) => chosen.includes(name));
  if (projects.length === 0) return;
  const program = join(repository, "node_modules/vitest/vitest.mjs");
  const args = [
    program,
    "run",
    "--reporter=default",
    "--reporter=./scripts/vitest-summary.mjs",
    ...projects.flatMap((name) => ["--project", name]),
  ];
  const env = projects.includes("e2e") ? await uvForTests() : {};
  results.push(...(await suite(projects.join(", "), process.execPath, args, env)));
}

/** Environments are built by `uv` where there is one: the tests get one from PyPI, in the user's cache, or the reason why not. */
async function uvForTests() {
  try {
    const inside = await venv({ python: await requirePython(), requirements: "uv\n", cache: "flotilla-tests" });
    return { FLOTILLA_TEST_UV: join(dirname(inside), "uv") };
  } catch (error) {
    return { FLOTILLA_TEST_NO_UV: error.message.split("\n").at(0) };
  }
}

async function python() {
  if (!chosen.includes("python")) return;
  const oldest = await findOldestPython();
  const folder = join(repository, "python");
  const usual = await requirePython();
  const same = oldest !== undefined && `${oldest.version}` === `${usual.version}`;
  for (const { command, version } of oldest && !same ? [usual, oldest] : [usual]) {
    const name = `python ${version.slice(0, 2).join(".")}`;
    results.push(
      ...(await suite(name, command, [join(repository, "scripts/unittest-summary.py"), folder, "SUMMARY"], {
        PYTHONDONTWRITEBYTECODE: "1",
      })),
    );
  }
  if (!oldest)
    results.push({
      suite: "python 3.9",
      passed: 0,
      failed: 0,
      skipped: ["the whole suite on Python 3.9: there is no python3.9 on this machine"],
    });
}

/** The functions of the examples are tested as their authors would: in their own environment, without Flotilla. */
async function examples() {
  if (!chosen.includes("examples")) return;
  const found = await requirePython();
  for (const example of readdirSync(join(repository, "examples"))) {
    const folder = join(repository, "examples", example);
    if (!hasPythonTests(folder)) continue;
    try {
      const inside = await venv({
        python: found,
        requirements: join(folder, "requirements.txt"),
        cache: "flotilla-tests",
      });
      results.push(
        ...(await suite(
          `examples/${example}`,
          inside,
          [join(repository, "scripts/unittest-summary.py"), folder, "SUMMARY"],
          { PYTHONDONTWRITEBYTECODE: "1" },
        )),
      );
    } catch (error) {
      say(error.message);
      results.push({ suite: `examples/${example}`, passed: 0, failed: 1, skipped: [] });
    }
  }
}

function hasPythonTests(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).some(
    (entry) => entry.isFile() && /^test_.*\.py$/.test(entry.name),
  );
}

function report() {
  say("");
  for (const { suite: name, passed, failed, skipped, ms } of results) {
    say(
      `${name.padEnd(24)} ${passed} passed, ${failed} failed, ${skipped.length} skipped${ms === undefined ? "" : `   ${(ms / 1000).toFixed(1)} s`}`,
    );
  }
  const skips = results.flatMap(({ suite: name, skipped }) => skipped.map((reason) => `  ${name}: ${reason}`));
  if (skips.length > 0) say(`\nskipped:\n${skips.join("\n")}`);
  const again = results.flatMap(({ suite: name, again: some = [] }) => some.map((test) => `  ${name}: ${test}`));
  if (again.length > 0) say(`\npassed only when tried again, which wants to be looked into:\n${again.join("\n")}`);
  const sum = (of) => results.reduce((total, result) => total + of(result), 0);
  const failed = sum((result) => result.failed);
  process.exitCode = failed > 0 ? 1 : 0;
  console.log(
    `\n${sum((result) => result.passed)} passed, ${failed} failed, ${sum((result) => result.skipped.length)} skipped`,
  );
}

try {
  await prepare();
  await vitest();
  await python();
  await examples();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  results.push({ suite: "preparation", passed: 0, failed: 1, skipped: [] });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
report();
