// `npm run demo [-- --select release]`: trains the flights fleet from a fresh clone, and says where the report is.
// What stands behind `--` goes to `flotilla run`.
import "./check-node.mjs";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requirePython } from "./python.mjs";
import { prepareOrExit } from "./prepare.mjs";
import { repository, run, say } from "./repository.mjs";

const project = join("examples", "flights");
const report = join(repository, "flights-report.html");
const cli = join("dist", "cli.js");
const given = process.argv.slice(2);
const selection = given.some((arg) => /^--select(=|$)/.test(arg)) ? [] : ["--select", "pr"];

await requirePython();
await prepareOrExit();

const args = ["run", join(project, "pipeline.ts"), ...selection, ...given];
say(`\n$ flotilla ${args.join(" ")}\n`);
// Ctrl-C goes to the whole group: the run cancels itself properly, and we wait for it.
process.on("SIGINT", () => undefined);
const code = await run(process.execPath, [cli, ...args]);
if (code === 0 && !given.includes("--detach")) await writeReport();
process.exitCode = code;

async function writeReport() {
  rmSync(report, { force: true });
  await run(process.execPath, [cli, "artifacts", "report", "report", "--out", report, "--project", project], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (!existsSync(report)) return;
  say(`\nThe report: ${report}`);
  say("All scenarios: npm run demo -- --select release");
}
