import { parseAttemptId } from "../core/ids.ts";
import { FlotillaError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { containerValuesFile } from "../core/plan.ts";
import type { ShellWord, Work } from "../core/plan.ts";
import { attemptPlaces } from "./local/attempt-folder.ts";
import type { AttemptFolder } from "./local/attempt-folder.ts";
import { attemptJson } from "./local/attempt-json.ts";
import { textOfWord } from "./local/run-command.ts";
import type { AttemptSpec } from "./platform.ts";

/** Where an image's own entry point finds and leaves things, the same on every platform. */
export const inContainer: AttemptFolder & { readonly task: string } = {
  ...attemptPlaces("/flotilla", "/flotilla/checkpoint"),
  values: `/flotilla/outputs/${containerValuesFile}`,
  task: "/flotilla/task.json",
};

export type ContainerWork = Extract<Work, { type: "container" }>;

/** What a container is begun with; what is absent is the image's own. */
export interface ContainerCommand {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command of a container step for one attempt, with texts for its references.
 * @throws FlotillaError `TASK_CONFIG` for a word that no program can be given
 */
export function containerCommand(spec: AttemptSpec, work: ContainerWork): ContainerCommand {
  const textOf = (word: ShellWord): string => whole(textOfWord(word, spec, inContainer), spec);
  const { command, args, env } = work;
  const own = Object.entries(env).map(([name, word]) => [name, textOf(word)]);
  return {
    ...(command === undefined ? {} : { command: command.map(textOf) }),
    ...(args === undefined ? {} : { args: args.map(textOf) }),
    env: { ...Object.fromEntries(own), ...placeVariables(spec) },
  };
}

/** What stands in `/flotilla/task.json`. */
export function taskDocument(spec: AttemptSpec): JsonObject {
  const told = attemptJson(spec, inContainer, { run: {}, code: "", graceMs: 0 });
  const { protocol, id, task, pipeline, step, number, dimensions, inputs, outputs } = told;
  return { protocol, id, task, pipeline, step, number, dimensions, inputs, outputs } as JsonObject;
}

function placeVariables(spec: AttemptSpec): Record<string, string> {
  return {
    FLOTILLA_TASK: spec.task,
    FLOTILLA_ATTEMPT: String(spec.number),
    FLOTILLA_RUN: parseAttemptId(spec.id)?.run ?? "",
    FLOTILLA_TASK_FILE: inContainer.task,
    FLOTILLA_INPUTS: inContainer.inputs,
    FLOTILLA_OUTPUTS: inContainer.outputs,
    FLOTILLA_VALUES: inContainer.values,
    FLOTILLA_WORK: inContainer.work,
    ...(spec.traceparent === undefined ? {} : { TRACEPARENT: spec.traceparent }),
  };
}

/** TRAP: an engine of containers takes a text with a NUL in it, and the program gets what stands before that. */
function whole(text: string, { step }: AttemptSpec): string {
  if (!text.includes("\0")) return text;
  throw new FlotillaError(
    "TASK_CONFIG",
    `a word of the command of ${step} has a NUL in it, which no program can be given`,
    {
      mend: "hand it over in a file, or read it from /flotilla/task.json",
      place: { step },
    },
  );
}
