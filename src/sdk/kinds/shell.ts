import type { ResourceRef } from "../../core/resource-work.ts";
import type { ShellDeclaration, WordRef } from "../declarations.ts";
import { refuseUnknown } from "../refuse-unknown.ts";

/**
 * Stands in a command or a manifest for something that the task is given: the value of an input, the path of a file, a
 * dimension; in a manifest also the name that its resource is given.
 */
export const ref = {
  input: <const Name extends string>(name: Name): WordRef<"input", Name> => Object.freeze({ ref: "input", name }),
  output: <const Name extends string>(name: Name): WordRef<"output", Name> => Object.freeze({ ref: "output", name }),
  dimension: <const Name extends string>(name: Name): WordRef<"dimension", Name> =>
    Object.freeze({ ref: "dimension", name }),
  resource: (name: "name"): ResourceRef => Object.freeze({ ref: "resource", name }),
};

type Word = string | WordRef;
type Env = Readonly<Record<string, Word>>;

interface ShellOptions<E extends Env> {
  /** Environment variables, set besides those of the machine. */
  readonly env?: E;
}

/**
 * Runs a program with exactly these arguments; no shell is involved, so no value needs quoting.
 *
 *     shell(["sort", "-o", ref.output("sorted"), ref.input("lines")])
 */
function run<const W extends readonly Word[], const E extends Env = Record<never, never>>(
  argv: W,
  options: ShellOptions<E> = {},
): ShellDeclaration<Extract<W[number] | E[keyof E], WordRef>> {
  refuseUnknown("STEP_INVALID", "shell()", options, ["env"]);
  return Object.freeze({
    kind: "work",
    type: "shell",
    argv: argv as readonly Word[] as readonly never[],
    env: (options.env ?? {}) as Readonly<Record<string, never>>,
  });
}

/**
 * Runs a text with `sh -c`. Inputs, dimensions and output paths are environment variables under their own names
 * (`"$lines"`); nothing is ever written into the text.
 */
function script<const E extends Env = Record<never, never>>(
  text: string,
  options: ShellOptions<E> = {},
): ShellDeclaration<Extract<E[keyof E], WordRef>> {
  refuseUnknown("STEP_INVALID", "shell.script()", options, ["env"]);
  return Object.freeze({
    kind: "work",
    type: "shell",
    argv: ["sh", "-euc", text],
    env: (options.env ?? {}) as Readonly<Record<string, never>>,
    script: true,
  });
}

export const shell = Object.assign(run, { script });
