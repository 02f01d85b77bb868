import { FlotillaError } from "../../core/errors.ts";
import { environment, type Environment, type EnvironmentOptions } from "../environment.ts";

export interface PythonOptions {
  /** The packages that it needs; the interpreter `python3` as it is by default. */
  readonly environment?: Environment | EnvironmentOptions;
  /** Start a new interpreter for each attempt, instead of forking a warm one. */
  readonly freshProcess?: boolean;
}

export interface PythonWork {
  readonly kind: "python";
  readonly module: string;
  readonly function: string;
  readonly environment?: Environment;
  readonly freshProcess?: boolean;
}

/**
 * A Python function, `"package.module:function"`, called by name with dimensions, inputs and the paths of its outputs.
 * It is imported where the task runs, never by the planner. Throws `STEP_INVALID` for a reference of another form.
 */
export function python(reference: string, options: PythonOptions = {}): PythonWork {
  const match = /^([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*):([\p{L}_][\p{L}\p{N}_]*)$/u.exec(reference);
  if (match === null) {
    throw new FlotillaError("STEP_INVALID", `python(${JSON.stringify(reference) ?? String(reference)}) names no function`, {
      mend: 'write the module with dots, a colon and the function: "flights.train:fit"',
      place: { name: String(reference) },
    });
  }
  const { environment: given, freshProcess } = options;
  return Object.freeze({
    kind: "python",
    module: match[1]!,
    function: match[2]!,
    ...(given === undefined ? {} : { environment: "kind" in given ? given : environment(given) }),
    ...(freshProcess === true ? { freshProcess } : {}),
  });
}
