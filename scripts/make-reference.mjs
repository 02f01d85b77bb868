// Makes docs/reference.md from the code: what the command line and the SDK say of themselves, in their own words.
//   node scripts/make-reference.mjs            says whether the page is up to date; exit code 1 if not
//   node scripts/make-reference.mjs --write    writes it
import "./check-node.mjs";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadSource } from "./load-source.mjs";
import { repository, say } from "./repository.mjs";
import { declaredIn, exportedFrom, membersOf } from "./reference-source.mjs";

const referencePage = join(repository, "docs/reference.md");
const command = "node scripts/make-reference.mjs --write";

/** What is imported from the sources; the commands themselves are loaded only when they are used, so they are not needed. */
const entry = `
  export { commands } from "./src/cli/commands.ts";
  export { globalOptions } from "./src/cli/options.ts";
  export { exitCodeOf, exitCodes } from "./src/cli/exit-codes.ts";
  export { errorCodes, FlotillaError } from "./src/core/errors.ts";
  export { decideRetry, unused } from "./src/core/retry.ts";
  export { retryClasses } from "./src/core/retry-class.ts";
`;

/** The page as it should be. */
export async function makeReference() {
  const code = await loadSource(entry, { external: ["./commands/*"] });
  return [
    `<!-- Made by \`${command}\` from the code; do not edit. -->`,
    "# Reference",
    commandsSection(code),
    exitCodesSection(code),
    errorCodesSection(code),
    classesSection(code),
    sdkSection(),
    "",
  ].join("\n\n");
}

/** Whether the page is what the code says. */
export async function isReferenceCurrent() {
  return readFileSync(referencePage, "utf8") === (await makeReference());
}

function commandsSection({ commands, globalOptions }) {
  const shown = commands.filter(({ hidden }) => hidden !== true);
  return [
    "## Commands",
    table(
      ["command", ""],
      shown.map(({ name, summary }) => [`[\`${name}\`](#flotilla-${name})`, summary]),
    ),
    "Options that every command has:",
    optionsTable(globalOptions),
    ...shown.map(commandSection),
  ].join("\n\n");
}

function commandSection({ name, summary, details, arguments: args = [], options = [], examples = [] }) {
  const usage = ["flotilla", name, ...args.map(({ form }) => form), ...(options.length > 0 ? ["[options]"] : [])].join(
    " ",
  );
  return [
    `### flotilla ${name}`,
    `${sentence(summary)}${details === undefined ? "" : ` ${details}`}`,
    `\`${usage}\``,
    ...(args.length > 0
      ? [
          table(
            ["argument", ""],
            args.map((argument) => [`\`${argument.form}\``, withChoices(argument)]),
          ),
        ]
      : []),
    ...(options.length > 0 ? [optionsTable(options)] : []),
    ...(examples.length > 0 ? [["```sh shown", ...examples, "```"].join("\n")] : []),
  ].join("\n\n");
}

function optionsTable(options) {
  return table(
    ["option", ""],
    options.map((option) => [
      `\`${option.flags}\``,
      `${withChoices(option)}${option.repeat === true ? " (may be repeated)" : ""}`,
    ]),
  );
}

/** What an argument or option is for, with the words it may be. */
function withChoices({ summary, choices }) {
  return choices === undefined ? summary : `${summary}: ${choices.join(", ")}`;
}

function exitCodesSection({ exitCodes }) {
  const rows = Object.values(exitCodes).map(({ code, means }) => [String(code), means]);
  return `## Exit codes\n\n${table(["code", "means"], rows)}`;
}

function errorCodesSection({ errorCodes, exitCodeOf, FlotillaError }) {
  const ofTasks = /^(TASK_(CONFIG|FAILED)|OUTPUT_|INPUT_|ENVIRONMENT_|IMAGE_)/;
  const rows = Object.entries(errorCodes).map(([code, means]) => [
    `\`${code}\``,
    means,
    ofTasks.test(code) ? "the attempt fails" : String(exitCodeOf(new FlotillaError(code, ""))),
  ]);
  return [
    "## Error codes",
    'Codes are stable; messages are not. With `--json` an error is `{"type":"error","error":{"code":…,"message":…,"mend":…,"place":…}}`.',
    table(["code", "means", "exit code"], rows),
  ].join("\n\n");
}

function classesSection(code) {
  const text = readFileSync(join(repository, "src/core/retry-class.ts"), "utf8");
  const rows = code.retryClasses.map((name) => {
    const line = new RegExp(`^ \\* {5}${name} +(.+)$`, "m").exec(text);
    const [means, happens] = line[1].split(/ {2,}/);
    return [`\`${name}\``, means, happens, retries(name, code)];
  });
  return [
    "## Classes of failures",
    "The numbers are those of a step that says nothing; `retry` changes them.",
    table(["class", "means", "what it costs", "retries"], rows),
  ].join("\n\n");
}

/** Found by asking the code that decides, with a task that fails in this class again and again. */
function retries(retryClass, { decideRetry, unused }) {
  const growth = { factor: 2, limitBytes: 2 ** 50 };
  const policy = { rules: retryClass === "out_of_memory" ? { out_of_memory: { retries: 2, growth } } : {} };
  const waits = [];
  let used = unused;
  for (;;) {
    const decision = decideRetry(retryClass, policy, { cpu: 1, memoryBytes: 2 ** 20 }, used, 1);
    if (decision.type === "give-up") break;
    used = decision.used;
    waits.push(decision.afterMs / 1000);
  }
  if (waits.length === 0) return "0";
  const most = Math.max(...waits);
  const after =
    most === 0 ? "at once" : most === waits[0] ? `after ${most} s` : `after ${waits[0]} s, doubled up to ${most} s`;
  const only = retryClass === "out_of_memory" ? ", if `outOfMemory.upTo` is given" : "";
  return `${waits.length}, ${after}${only}`;
}

function sdkSection() {
  const functions = exportedFrom("src/sdk/index.ts").map(({ name, text }) => [`\`${name}\``, text]);
  const options = (title, file, name) => [
    `### ${title}`,
    table(
      ["option", ""],
      declaredIn(file, name).map(({ field, text }) => [`\`${field}\``, text]),
    ),
  ];
  // What a person writes as a text, `"10Gi"`, stands in the SDK; in the schema there is a number.
  const binding = (title, members, ...more) => [
    `### ${title}`,
    table(
      ["option", ""],
      [...members.filter(({ field }) => field !== "type" && !/(Bytes|Ms)$/.test(field)), ...more.flat()].map(
        ({ field, text }) => [`\`${field}\``, text],
      ),
    ),
  ];
  return [
    "## What a pipeline file imports",
    table(["from `flotilla`", ""], functions),
    ...options("Options of a pipeline", "src/sdk/pipeline.ts", "PipelineOptions"),
    ...options("Options of a step", "src/sdk/step.ts", "StepOptions"),
    ...options("`resources` of a step", "src/sdk/declarations.ts", "ResourcesOption"),
    ...options("`retry` of a step", "src/sdk/declarations.ts", "RetryOption"),
    ...options("`environment`", "src/sdk/declarations.ts", "EnvironmentOptions"),
    ...options("`build`", "src/sdk/build.ts", "BuildOptions"),
    ...options("Options of an output", "src/sdk/outputs.ts", "OutputOptions"),
    ...options("`local()` of a profile", "src/sdk/bindings.ts", "Limits"),
    ...binding(
      "`docker()` of a profile",
      membersOf("src/core/profile.ts", "dockerBinding"),
      declaredIn("src/sdk/bindings.ts", "DockerOptions"),
      declaredIn("src/sdk/bindings.ts", "Limits"),
    ),
    ...binding(
      "`kubernetes()` of a profile",
      membersOf("src/core/profile.ts", "kubernetesBinding"),
      declaredIn("src/sdk/bindings.ts", "KubernetesOptions"),
    ),
    ...binding(
      "`kubernetes()` of a profile, and `kubernetes` of a step",
      membersOf("src/core/pod-options.ts", "podOptions"),
    ),
  ].join("\n\n");
}

function table(titles, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(titles), `|${titles.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes("--write")) writeFileSync(referencePage, await makeReference());
  else if (!(await isReferenceCurrent())) {
    say(`docs/reference.md is not what the code says: ${command}`);
    process.exitCode = 1;
  }
}
