import type { ShellWord } from "../../core/plan.ts";
import type { WorkDeclaration } from "../declarations.ts";

/** Stands in a command for something that the task is given: the value of an input, the path of a file, a dimension. */
export const ref = {
  input: (name: string): ShellWord => Object.freeze({ ref: "input", name }),
  output: (name: string): ShellWord => Object.freeze({ ref: "output", name }),
  dimension: (name: string): ShellWord => Object.freeze({ ref: "dimension", name }),
};

interface ShellOptions {
  /** Environment variables, set besides those of the machine. */
  readonly env?: Readonly<Record<string, ShellWord>>;
}

/**
 * Runs a program with exactly these arguments; no shell is involved, so no value needs quoting.
 *
 *     shell(["sort", "-o", ref.output("sorted"), ref.input("lines")])
 */
function run(argv: readonly ShellWord[], { env = {} }: ShellOptions = {}): WorkDeclaration {
  return Object.freeze({ kind: "work", type: "shell", argv, env });
}

/**
 * Runs a text with `sh -c`. Inputs, dimensions and output paths are environment variables under their own names
 * (`"$lines"`); nothing is ever written into the text.
 */
function script(text: string, { env = {} }: ShellOptions = {}): WorkDeclaration {
  return Object.freeze({ kind: "work", type: "shell", argv: ["sh", "-euc", text], env, script: true });
}

export const shell = Object.assign(run, { script });
