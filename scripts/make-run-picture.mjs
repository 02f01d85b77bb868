// Makes docs/images/run.svg, the picture of a terminal in README.md: runs the flights example in a real one (tmux), and
// draws what it shows. It takes a minute or two, and the picture says what this machine did; so it is made by hand:
//   node scripts/make-run-picture.mjs
import "./check-node.mjs";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirePython } from "./python.mjs";
import { prepareOrExit } from "./prepare.mjs";
import { capture, repository, say } from "./repository.mjs";
import { terminalSvg } from "./terminal-svg.mjs";

const picture = join(repository, "docs/images/run.svg");
const columns = 100;
const rows = 30;
const mostFrames = 24;
const lookMs = 100;
const prompt = "$ ";
const command = "flotilla run --select release";

await requirePython();
await prepareOrExit();
const folder = mkdtempSync(join(tmpdir(), "flotilla-picture-"));
const project = join(folder, "flights");
const tmux = (...args) => must("tmux", ["-S", join(folder, "tmux"), "-f", "/dev/null", ...args]);
try {
  cpSync(join(repository, "examples/flights"), project, {
    recursive: true,
    filter: (from) => !from.endsWith(".flotilla"),
  });
  say("Making the environment, so that the picture shows models and not a download …");
  await must(process.execPath, [join(repository, "dist/cli.js"), "run", "--select", "ci"], { cwd: project });
  say("Running the fleet …");
  const frames = await record();
  writeFileSync(
    picture,
    terminalSvg({
      frames: spread(frames, mostFrames),
      columns,
      title: "examples/flights",
      label: `A terminal in which "${command}" trains a model for each of 399 scenarios: a bar for each step fills up, and a summary follows`,
      frameMs: 450,
      restMs: 6000,
      poster: Math.floor(mostFrames / 2),
    }),
  );
  say(`${picture}: ${frames.length} frames seen`);
} finally {
  await capture("tmux", ["-S", join(folder, "tmux"), "kill-server"]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Every screen that differed from the one before, from the command typed to the prompt after it. */
async function record() {
  const shell = `PS1='${prompt}' exec bash --norc --noprofile`;
  await tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), "-c", project, shell);
  await tmux(
    "send-keys",
    "-l",
    `flotilla() { '${process.execPath}' '${join(repository, "dist/cli.js")}' "$@"; }; clear`,
  );
  await tmux("send-keys", "Enter");
  await until((screen) => screen.length === 1 && screen[0] === prompt.trim());
  await tmux("send-keys", "-l", command);
  await until((screen) => screen[0].endsWith(command));
  const frames = [await look()];
  await tmux("send-keys", "Enter");
  await until((screen) => {
    if (screen.join("\n") !== frames.at(-1).join("\n")) frames.push(screen);
    return screen.length > 1 && plain(screen.at(-1)) === prompt.trim();
  });
  return frames;
}

/** The capture repeats how to return to plain letters in front of the first of them. */
function plain(line) {
  // eslint-disable-next-line no-control-regex -- what a terminal is told
  return line.replace(/\u001b\[[\d;]*m/g, "");
}

async function look() {
  const lines = (await tmux("capture-pane", "-e", "-p")).split("\n").map((line) => line.trimEnd());
  while (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines;
}

async function until(holds) {
  const end = Date.now() + 150_000;
  while (!holds(await look())) {
    if (Date.now() > end) throw new Error("the terminal does not show what was waited for");
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** So many of them, evenly, the first and the last included. */
function spread(frames, most) {
  const last = frames.length - 1;
  if (frames.length <= most) return frames;
  return Array.from({ length: most }, (_, index) => frames[Math.round((index * last) / (most - 1))]);
}

async function must(program, args, options) {
  const { code, stdout, stderr } = await capture(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed with exit code ${code}:\n${stdout}${stderr}`);
  return stdout;
}
