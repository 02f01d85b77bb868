import { assertNever } from "../../core/errors.ts";
import type { PythonEnvironment, ShellWord, Work } from "../../core/plan.ts";
import { kindOf } from "../../core/resource-work.ts";

/** What a step does in a few words: `python flights.train:fit`. */
export function workInWords(work: Work): string {
  switch (work.type) {
    case "python":
    case "node":
      return `${work.type} ${work.module}:${work.function}`;
    case "shell":
      return work.argv.map(wordOf).join(" ");
    case "container":
      return ["container", ...(work.command ?? []), ...(work.args ?? [])].map(wordOf).join(" ");
    case "kubernetesResource":
      return kindOf(work.manifest);
    case "environment":
      return `make ${environmentInWords(work.environment)}`;
    case "image":
      return `make an image from ${work.recipe.from}`;
    case "noop":
      return "nothing";
    default:
      return assertNever(work);
  }
}

function wordOf(word: ShellWord): string {
  return typeof word === "string" ? word : `\${${word.name}}`;
}

/** The interpreter that a step runs in: `python3`, or `python3 with requirements.txt`. */
export function environmentInWords(environment: PythonEnvironment): string {
  return environment.type === "interpreter" ? environment.python : `${environment.python} with ${environment.path}`;
}
