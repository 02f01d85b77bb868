import type { EnvironmentDeclaration, PythonDeclaration } from "../declarations.ts";
import { environment } from "../environment.ts";
import { refuseUnknown } from "../refuse-unknown.ts";

/**
 * Calls a Python function, `"package.module:function"`, in the task's own environment. Its parameters are filled by
 * name: inputs, dimensions, and the paths of the files and folders it is to write; `lateMinutes` also as `late_minutes`.
 */
export function python(
  reference: string,
  options: {
    readonly environment?: EnvironmentDeclaration | Parameters<typeof environment>[0];
    /** A new interpreter instead of a fork of a warm one. */ readonly freshProcess?: boolean;
  } = {},
): PythonDeclaration {
  refuseUnknown("STEP_INVALID", "python()", options, ["environment", "freshProcess"]);
  const { environment: given, freshProcess } = options;
  const made = given === undefined ? undefined : "kind" in given ? given : environment(given);
  return Object.freeze({
    kind: "work",
    type: "python",
    reference,
    ...(made === undefined ? {} : { environment: made }),
    ...(freshProcess === undefined ? {} : { freshProcess }),
  });
}
