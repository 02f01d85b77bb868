// Carries out a `node` step: node node-runner.mjs <attempt's folder> <folder for bundles> <module> <function>. Plain JavaScript, because
// it runs as a program of its own. It writes `result.json` in the same form as the Python runner (protocol/README.md).
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, bundles, modulePath, functionName] = process.argv.slice(2);
const maxValuesBytes = 8 * 1024 * 1024;

/** Thrown for what can never start; becomes `config` in the result. */
class ConfigError extends Error {}
/** Thrown for outputs that do not fit what was declared. */
class OutputError extends Error {
  constructor(code, message) {
    super(message);
    this.name = code;
  }
}

/** Without this, a function that calls `process.exit(0)` would look like a program that did its work. */
process.on("exit", () => {
  if (!hasResult)
    writeResult({
      completed: false,
      error: { type: "ProcessExited", message: "the process ended before the function returned" },
    });
});

let hasResult = false;

async function main() {
  const attempt = JSON.parse(readFileSync(join(folder, "attempt.json"), "utf8"));
  try {
    const run = await loadFunction(attempt.code);
    const returned = await run(argumentsOf(attempt));
    writeResult({ completed: true, values: valuesOf(returned, attempt.outputs) });
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
    writeResult({ completed: false, ...failureOf(thrown, attempt) });
    process.exitCode = 1;
  }
}

async function loadFunction(code) {
  const source = join(code, modulePath);
  if (!existsSync(source)) throw new ConfigError(`there is no module ${modulePath} among the project's files`);
  const file = /\.[cm]?tsx?$/.test(source) ? await bundle(code, source) : source;
  const exported = (await import(pathToFileURL(file).href))[functionName];
  if (typeof exported === "function") return exported;
  throw new ConfigError(`the module ${modulePath} exports no function ${functionName}`);
}

/** Packages stay outside the bundle; they are found from its place, which lies inside the project. */
async function bundle(code, source) {
  const name = createHash("sha256").update(`${code}\0${source}`).digest("hex");
  const target = join(bundles, `${name.slice(0, 32)}.mjs`);
  if (existsSync(target)) return target;
  const { build } = await import("esbuild");
  const temporary = `${target.slice(0, -4)}.${process.pid}.mjs`;
  mkdirSync(bundles, { recursive: true });
  try {
    await build({
      entryPoints: [source],
      outfile: temporary,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      sourcemap: "inline",
      sourcesContent: false,
      absWorkingDir: code,
      logLevel: "silent",
    });
  } catch (thrown) {
    const first = thrown?.errors?.[0];
    if (!first) throw thrown;
    const place = first.location ? `${first.location.file}:${first.location.line}: ` : "";
    throw new ConfigError(`${place}${first.text}`);
  }
  renameSync(temporary, target);
  return target;
}

/** One object by name: dimensions, inputs, and the paths of files and folders to write. */
function argumentsOf({ dimensions, inputs, outputs }) {
  const given = { ...dimensions };
  for (const [name, input] of Object.entries(inputs)) {
    given[name] = input.rows ? input.rows.map((row) => ({ ...row.key, [name]: itemOf(row) })) : itemOf(input);
  }
  for (const [name, output] of Object.entries(outputs)) if (output.path !== undefined) given[name] = output.path;
  return given;
}

function itemOf(item) {
  return item.path === undefined ? item.value : item.path;
}

/** An object of the value outputs by name, or the bare value if there is exactly one, or nothing if there is none. */
function valuesOf(returned, outputs) {
  const names = Object.keys(outputs).filter((name) => outputs[name].path === undefined);
  const values = nameValues(returned, names);
  for (const name of Object.keys(values)) {
    if (values[name] === undefined) delete values[name];
    else if (!names.includes(name))
      throw new OutputError(
        "OUTPUT_INVALID",
        `the function returned ${JSON.stringify(name)}, which is not a declared value output`,
      );
    else checkValue(name, outputs[name].type, values[name]);
  }
  for (const name of names) {
    if (values[name] === undefined && !outputs[name].optional)
      throw new OutputError("OUTPUT_MISSING", `the function returned no value for the output ${name}`);
  }
  if (Buffer.byteLength(JSON.stringify(values)) > maxValuesBytes) {
    throw new OutputError(
      "OUTPUT_INVALID",
      "the values returned are longer than 8 MiB as JSON; write them to a file output",
    );
  }
  return values;
}

function nameValues(returned, names) {
  if (returned === undefined || (returned === null && names.length === 0)) return {};
  const isByName = isPlain(returned) && Object.keys(returned).every((name) => names.includes(name));
  if (isByName) return { ...returned };
  if (names.length === 1) return { [names[0]]: returned };
  if (isPlain(returned)) return { ...returned };
  throw new OutputError("OUTPUT_INVALID", "the function must return an object with its value outputs by name");
}

function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkValue(name, type, value) {
  if (type !== "json" && typeof value !== type && value !== null) {
    throw new OutputError(
      "OUTPUT_INVALID",
      `the output ${name} is declared as ${type}, and the function returned a ${typeof value}`,
    );
  }
  refuseNotFinite(name, value);
}

/** `JSON.stringify` would turn them into null without a word. */
function refuseNotFinite(name, value) {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new OutputError("OUTPUT_INVALID", `the output ${name} holds ${value}, which is no JSON number`);
  if (typeof value === "object" && value !== null)
    for (const member of Object.values(value)) refuseNotFinite(name, member);
}

function failureOf(thrown, { code, fatalErrors }) {
  if (thrown instanceof ConfigError) return { config: { code: "TASK_CONFIG", message: thrown.message } };
  const isError = thrown instanceof Error;
  const type = isError ? thrown.name : typeof thrown;
  const stack = isError ? userStack(thrown.stack ?? "", code) : undefined;
  return {
    error: {
      type,
      message: isError ? thrown.message : String(thrown),
      ...stack,
      fatal: thrown?.fatal === true || fatalErrors.includes(type) || fatalErrors.includes(thrown?.constructor?.name),
    },
    ...(thrown?.code === "ENOSPC" ? { diskFull: true } : {}),
  };
}

/** The stack without our own frames, and the innermost frame in the project's files. */
function userStack(stack, code) {
  const lines = stack.split("\n").filter((line) => !line.includes(import.meta.url) && !line.includes("node:internal"));
  for (const line of lines) {
    const match = /\(?(?:file:\/\/)?(\/[^()]+?):(\d+):\d+\)?$/.exec(line);
    if (!match) continue;
    const path = relative(code, match[1]);
    if (!path.startsWith("..")) return { stack: lines.join("\n"), at: `${path}:${match[2]}` };
  }
  return { stack: lines.join("\n") };
}

function writeResult(result) {
  hasResult = true;
  const temporary = join(folder, "result.json.new");
  writeFileSync(temporary, JSON.stringify({ protocol: 1, ...result }));
  renameSync(temporary, join(folder, "result.json"));
}

await main();
