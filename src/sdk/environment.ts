import { FlotillaError } from "../core/errors.ts";
import type { EnvironmentDeclaration } from "./declarations.ts";
import { refuseUnknown } from "./refuse-unknown.ts";

type Source = { readonly requirements: string } | { readonly pyproject: string } | { readonly lock: string };

/**
 * The Python environment of a step. With a source it is a venv, built once per content by `uv` where that is installed,
 * else by `venv` and `pip`; without one it is the interpreter itself. Paths are relative to the pipeline file.
 *
 *     environment({ requirements: "./requirements.txt" })
 */
export function environment(
  options: (Source | Record<never, never>) & {
    /** `python3` if absent. */ readonly python?: string;
    readonly name?: string;
  },
): EnvironmentDeclaration {
  refuseUnknown("STEP_INVALID", "environment()", options, [...sources, "python", "name"]);
  const { python = "python3", name } = options;
  const source = sourceOf(options);
  return Object.freeze({
    kind: "environment",
    python,
    ...(source === undefined ? {} : { source }),
    ...(name === undefined ? {} : { name }),
  });
}

const sources = ["requirements", "pyproject", "lock"];

function sourceOf(options: object): EnvironmentDeclaration["source"] {
  const given = options as { readonly requirements?: string; readonly pyproject?: string; readonly lock?: string };
  const several = sources.filter((source) => source in given);
  if (several.length > 1)
    throw new FlotillaError("STEP_INVALID", `environment() has ${several.join(" and ")}`, {
      mend: "give it one of them, from which all packages are taken",
    });
  if (given.requirements !== undefined) return { type: "requirements", path: given.requirements };
  if (given.pyproject !== undefined) return { type: "pyproject", path: given.pyproject };
  if (given.lock !== undefined) return { type: "uv.lock", path: given.lock };
  return undefined;
}
