// Runs the commands of README.md and docs/, so that what they say works.
//
// Every ```sh block says after its language what is done with it:
//   ```sh run            run with bash -eu in the page's folder; must end with exit code 0
//   ```sh run exit=1     … with this exit code
//   ```sh shown          not run (it needs a server, or another machine); counted as skipped
// A block without either fails the check. Blocks in other languages may name a file, which is written for the blocks after it:
//   ```ts file=pipeline.ts
// A page begins in an empty folder, or, when it has the line <!-- project: examples/employment -->, in a copy of that one.
// Blocks of one page run in order, in the same folder, where Flotilla is as if installed, with `flotilla` on the PATH. Relative links must lead to a file.
// docs/reference.md must be what the code says. `npm run docs:check -- docs/quick-start.md` checks some pages only.
import "./check-node.mjs";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { isReferenceCurrent } from "./make-reference.mjs";
import { prepareOrExit } from "./prepare.mjs";
import { capture, repository, say, seconds } from "./repository.mjs";

const counts = { passed: 0, failed: 0, skipped: 0 };
const blockLimitMs = 300_000;
const leaveLimitMs = 20_000;

function pages() {
  const chosen = process.argv.slice(2);
  if (chosen.length > 0) return chosen;
  const top = readdirSync(repository).filter((name) => name.endsWith(".md"));
  const docs = readdirSync(join(repository, "docs"), { recursive: true })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));
  return [...top, ...docs].toSorted((a, b) => (a < b ? -1 : 1));
}

/** `{line, language, words, text}` of every fenced block. */
function blocksOf(markdown) {
  const blocks = [];
  let open;
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^(\s*)(```+)\s*(.*)$/.exec(line);
    if (open === undefined && fence) {
      const [language = "", ...words] = fence[3].trim().split(/\s+/);
      open = { line: index + 1, indent: fence[1].length, fence: fence[2], language, words, lines: [] };
    } else if (open !== undefined && fence && fence[3] === "" && fence[2].length >= open.fence.length) {
      blocks.push({ ...open, text: `${open.lines.join("\n")}\n` });
      open = undefined;
    } else open?.lines.push(line.slice(open.indent));
  }
  return blocks;
}

function fail(place, message) {
  counts.failed++;
  say(`✗ ${place}: ${message}`);
}

function checkLinks(page, markdown) {
  const prose = markdown.replace(/^\s*```[\s\S]*?^\s*```/gm, "").replace(/`[^`\n]*`/g, "");
  for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^([a-z]+:|#)/.test(target)) continue;
    const file = join(dirname(join(repository, page)), decodeURI(target.split("#")[0]));
    if (existsSync(file)) counts.passed++;
    else fail(page, `links to ${target}, which does not exist`);
  }
}

/** Two at a time: a page often waits, for a store to start or a package to be fetched. */
async function checkPages(waiting, bin) {
  const oneAfterTheOther = async () => {
    for (let page = waiting.shift(); page !== undefined; page = waiting.shift()) await checkPage(page, bin);
  };
  await Promise.all([oneAfterTheOther(), oneAfterTheOther()]);
}

async function checkPage(page, bin) {
  const markdown = readFileSync(join(repository, page), "utf8");
  checkLinks(page, markdown);
  const blocks = blocksOf(markdown);
  if (!blocks.some(({ language }) => language === "sh")) return;
  const folder = mkdtempSync(join(tmpdir(), "flotilla-docs-"));
  try {
    const project = /^<!-- project: (\S+) -->$/m.exec(markdown)?.[1];
    if (project !== undefined)
      cpSync(join(repository, project), folder, { recursive: true, filter: (from) => !from.endsWith(".flotilla") });
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(repository, join(folder, "node_modules/flotilla"));
    for (const block of blocks) await checkBlock(`${page}:${block.line}`, block, { folder, bin });
  } finally {
    await stopStore(page, folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkBlock(place, { language, words, text }, { folder, bin }) {
  const option = (name) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const file = option("file");
  if (file !== undefined) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  } else if (language === "sh" && words.includes("run"))
    await runBlock(place, text, { folder, bin, expected: Number(option("exit") ?? 0) });
  else if (language === "sh" && words.includes("shown")) counts.skipped++;
  else if (language === "sh")
    fail(place, "say after ```sh whether the block is `run` or only `shown` (see scripts/docs-check.mjs)");
}

async function runBlock(place, text, { folder, bin, expected }) {
  const started = Date.now();
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NO_COLOR: "1", DATABASE_URL: "" };
  const { code, stdout, stderr } = await capture("bash", ["-euo", "pipefail", "-c", text], {
    cwd: folder,
    env,
    timeout: blockLimitMs,
    killSignal: "SIGKILL",
  });
  if (code === expected) {
    counts.passed++;
    say(`✓ ${place} (${seconds(started)})`);
  } else fail(place, `exit code ${code} instead of ${expected}:\n${text}\n${stdout}${stderr}`);
}

/** The store stops with its last user; one that goes on was left behind by a command of the page. */
async function stopStore(page, folder) {
  const record = join(folder, ".flotilla/postgres/data/postmaster.pid");
  const end = Date.now() + leaveLimitMs;
  while (existsSync(record) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
  if (!existsSync(record)) return;
  fail(page, `${leaveLimitMs / 1000} s after its last command the store still runs`);
  process.kill(Number(readFileSync(record, "utf8").split("\n")[0]), "SIGINT");
  while (existsSync(record)) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** A `flotilla` for the PATH that is the one just built. */
function makeBin() {
  const bin = mkdtempSync(join(tmpdir(), "flotilla-bin-"));
  writeFileSync(
    join(bin, "flotilla"),
    `#!/bin/sh\nexec "${process.execPath}" "${join(repository, "dist/cli.js")}" "$@"\n`,
  );
  chmodSync(join(bin, "flotilla"), 0o755);
  return bin;
}

await prepareOrExit();
const bin = makeBin();
try {
  if (await isReferenceCurrent()) counts.passed++;
  else fail("docs/reference.md", "is not what the code says: node scripts/make-reference.mjs --write");
  await checkPages(pages(), bin);
} finally {
  rmSync(bin, { recursive: true });
}
process.exitCode = counts.failed > 0 ? 1 : 0;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
