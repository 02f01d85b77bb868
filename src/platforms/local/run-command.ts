import { join } from "node:path";
import { assertNever, FlotillaError } from "../../core/errors.ts";
import { canonicalJson } from "../../core/json.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { OutputValue } from "../../core/output-value.ts";
import type { PythonEnvironment, ShellWord, Work } from "../../core/plan.ts";
import type { AttemptSpec } from "../platform.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import { inputPath } from "./place-inputs.ts";
import { outputPath } from "./output-path.ts";

export interface Surroundings {
  /** The project's `.flotilla` folder. */
  readonly flotilla: string;
  /** The program that carries out `node` steps. */
  readonly nodeRunner: string;
  /** Where the paths of an environment step begin: the snapshot, or the project itself. */
  readonly sources: string;
}

/** The `run` of an `attempt.json`: what the supervisor starts. */
export function runOf(spec: AttemptSpec, folder: AttemptFolder, surroundings: Surroundings): JsonObject {
  const { work } = spec;
  switch (work.type) {
    case "python":
      return {
        type: "python",
        module: work.module,
        function: work.function,
        ...(work.freshProcess ? { freshProcess: true } : {}),
      };
    case "node":
      return { type: "exec", argv: nodeArgv(work, folder, surroundings), env: {} };
    case "shell":
      return shellRun(work, spec, folder);
    case "environment":
      return environmentRun(work.environment, surroundings);
    case "image":
      return work.environment === undefined
        ? { type: "exec", argv: ["echo", "there are no containers here: no image is built"], env: {} }
        : environmentRun(work.environment, surroundings);
    case "container":
      throw new FlotillaError("TASK_CONFIG", `${spec.step} is a container step, and there are no containers here`, {
        mend: "run it on a platform that has them: docker() or kubernetes()",
        place: { step: spec.step },
      });
    case "noop":
    case "kubernetesResource":
      throw new FlotillaError("INTERNAL", `the ${work.type} step ${spec.step} came to the local platform`);
    default:
      return assertNever(work);
  }
}

function environmentRun(
  environment: Extract<PythonEnvironment, { type: "venv" }>,
  { sources, flotilla }: Surroundings,
): JsonObject {
  return {
    ...environment,
    type: "environment",
    path: join(sources, environment.path),
    target: environmentFolder(flotilla, environment.hash),
  };
}

/** Where a venv lies, once built: by the hash of all that determines it. */
export function environmentFolder(flotilla: string, hash: string): string {
  return join(flotilla, "environments", hash);
}

function nodeArgv(
  work: Extract<Work, { type: "node" }>,
  folder: AttemptFolder,
  { nodeRunner, flotilla }: Surroundings,
): string[] {
  return [
    process.execPath,
    "--enable-source-maps",
    nodeRunner,
    folder.root,
    join(flotilla, "node-bundles"),
    work.module,
    work.function,
  ];
}

function shellRun(work: Extract<Work, { type: "shell" }>, spec: AttemptSpec, folder: AttemptFolder): JsonObject {
  const text = (word: ShellWord): string => textOfWord(word, spec, folder);
  return {
    type: "exec",
    argv: work.argv.map(text),
    env: Object.fromEntries(Object.entries(work.env).map(([name, word]) => [name, text(word)])),
  };
}

/**
 * What a word stands for, as one argument: the text of a value, the path of a file. It is never part of a longer text,
 * and no shell reads it, so whatever it holds stays one argument.
 */
export function textOfWord(word: ShellWord, spec: AttemptSpec, folder: AttemptFolder): string {
  if (typeof word === "string") return word;
  const { ref, name } = word;
  switch (ref) {
    case "dimension":
      return plainText(spec.key[name] ?? null);
    case "output":
      return outputPath(folder, name, spec.outputs[name]);
    case "input": {
      const input = spec.inputs[name];
      if (input === undefined) return "";
      if (!("rows" in input)) return itemText(name, input, folder, undefined);
      return canonicalJson(
        input.rows.map(({ key, item }, row) => ({
          ...key,
          [name]: "artifact" in item ? itemText(name, item, folder, row) : item.value,
        })),
      );
    }
    default:
      return assertNever(ref);
  }
}

function itemText(input: string, item: OutputValue, folder: AttemptFolder, row: number | undefined): string {
  return "artifact" in item ? join(folder.inputs, inputPath(input, item.artifact, row)) : plainText(item.value);
}

function plainText(value: Json): string {
  if (value === null) return "";
  return typeof value === "object" ? canonicalJson(value) : String(value);
}
