import type { ContainerDeclaration, WordRef } from "../declarations.ts";
import { refuseUnknown } from "../refuse-unknown.ts";

type Word = string | WordRef;
type Env = Readonly<Record<string, Word>>;

interface ContainerOptions<A extends readonly Word[], C extends readonly Word[], E extends Env> {
  /** Arguments for the entry point; those that the image names if absent. */
  readonly args?: A;
  /** A program in the image's place of its entry point, with its first arguments. */
  readonly command?: C;
  /** Environment variables, set besides those of the image. */
  readonly env?: E;
}

/**
 * Runs the step's image as it is, with its own entry point, on a platform that has containers. The image needs nothing: no
 * Python, no shell, nothing of ours.
 *
 *     step("score", { run: container({ args: ["--model", ref.input("model")] }), image: "registry.example/scorer:3", … })
 *
 * What it is given and what it leaves has its place, the same on every platform, named by an environment variable.
 *
 *     /flotilla/inputs/<input>/…      files and folders that it reads; read-only            FLOTILLA_INPUTS
 *     /flotilla/task.json             dimensions, inputs (values, paths) and outputs        FLOTILLA_TASK_FILE
 *     /flotilla/outputs/<path>        files and folders that it writes, where declared      FLOTILLA_OUTPUTS
 *     /flotilla/outputs/values.json   its value outputs, one JSON object by name            FLOTILLA_VALUES
 *     /flotilla/work                  may be written to, and is thrown away                 FLOTILLA_WORK
 *
 * It is done well when it ends with exit code 0 and all that it declares is there. Words may be references (`ref`), each a
 * whole argument or variable: no shell reads them, so no value needs quoting; one with a NUL in it fails the task (`TASK_CONFIG`).
 */
export function container<
  const A extends readonly Word[] = readonly [],
  const C extends readonly Word[] = readonly [],
  const E extends Env = Record<never, never>,
>(options: ContainerOptions<A, C, E> = {}): ContainerDeclaration<Extract<A[number] | C[number] | E[keyof E], WordRef>> {
  refuseUnknown("STEP_INVALID", "container()", options, ["args", "command", "env"]);
  const { args, command, env = {} } = options;
  return Object.freeze({
    kind: "work",
    type: "container",
    ...(args === undefined ? {} : { args: args as readonly Word[] as readonly never[] }),
    ...(command === undefined ? {} : { command: command as readonly Word[] as readonly never[] }),
    env: env as Readonly<Record<string, never>>,
  });
}
