import { FlotillaError } from "../core/errors.ts";

/** Where the packages of a Python step come from. Paths are relative to the pipeline file. */
export interface EnvironmentOptions {
  /** A `requirements.txt`; files that it includes with `-r` or `-c` count too. */
  readonly requirements?: string;
  /** A `pyproject.toml`. */
  readonly pyproject?: string;
  /** A `uv.lock`, with its `pyproject.toml` beside it. */
  readonly lock?: string;
  /** The interpreter: a name on the PATH, or an absolute path. `python3` by default. */
  readonly python?: string;
  /** Names the step that builds it: `environment-<name>`. */
  readonly name?: string;
}

export interface Environment extends EnvironmentOptions {
  readonly kind: "environment";
}

/**
 * An environment for Python steps, built once by its content and shared by all steps that name it.
 * With none of `requirements`, `pyproject` and `lock` it is the interpreter as it is.
 *
 *     const sklearn = environment({ requirements: "./requirements.txt" });
 */
export function environment(options: EnvironmentOptions): Environment {
  const sources = [options.requirements, options.pyproject, options.lock].filter((source) => source !== undefined);
  if (sources.length <= 1) return Object.freeze({ ...options, kind: "environment" });
  throw new FlotillaError("STEP_INVALID", `an environment is made from one source, not from ${sources.join(" and ")}`, {
    mend: "give one of requirements, pyproject and lock",
  });
}
