import { FlotillaError } from "../../core/errors.ts";

/** Stands in a command for something that the task is given; it becomes one argument, whatever it holds. */
export interface Ref<Of extends "input" | "output" | "dimension" = "input" | "output" | "dimension", Name extends string = string> {
  readonly ref: Of;
  readonly name: Name;
}

export type Word = string | Ref;

/**
 * Words of a command. Files and folders stand for their paths, values for their text, collections for JSON.
 *
 *     shell(["sort", "-o", ref.output("sorted"), ref.input("data")])
 */
export const ref = Object.freeze({
  input: <const Name extends string>(name: Name): Ref<"input", Name> => Object.freeze({ ref: "input", name }),
  output: <const Name extends string>(name: Name): Ref<"output", Name> => Object.freeze({ ref: "output", name }),
  dimension: <const Name extends string>(name: Name): Ref<"dimension", Name> => Object.freeze({ ref: "dimension", name }),
});

/** `R` is the union of the references in it, so that the step can check that it has them all. */
export interface ShellWork<R extends Ref = Ref> {
  readonly kind: "shell";
  readonly argv: readonly (string | R)[];
  readonly env: Readonly<Record<string, string | R>>;
  /** A script is told of everything the task has, by environment variables. */
  readonly isScript: boolean;
}

type RefsIn<W> = Extract<W, Ref>;

/** A command, run without a shell. Throws `STEP_INVALID` for a command without a program. */
function command<const Argv extends readonly Word[], const Env extends Readonly<Record<string, Word>> = Record<never, never>>(
  argv: Argv,
  options: { readonly env?: Env } = {},
): ShellWork<RefsIn<Argv[number]> | RefsIn<Env[keyof Env]>> {
  checkWords(argv, options.env ?? {});
  return Object.freeze({ kind: "shell", argv: Object.freeze([...argv]), env: Object.freeze({ ...options.env }), isScript: false }) as ShellWork<
    RefsIn<Argv[number]> | RefsIn<Env[keyof Env]>
  >;
}

/**
 * A text for `sh -c`. What the task is given comes as environment variables named like inputs, outputs and dimensions
 * (`"$data"`, `"$sorted"`, `"$origin"`) and is never part of the text.
 */
function script<const Env extends Readonly<Record<string, Word>> = Record<never, never>>(
  text: string,
  options: { readonly env?: Env } = {},
): ShellWork<RefsIn<Env[keyof Env]>> {
  checkWords(["sh", "-c", text], options.env ?? {});
  return Object.freeze({ kind: "shell", argv: Object.freeze(["sh", "-c", text]), env: Object.freeze({ ...options.env }), isScript: true }) as ShellWork<
    RefsIn<Env[keyof Env]>
  >;
}

export const shell = Object.assign(command, { script });

function checkWords(argv: readonly Word[], env: Readonly<Record<string, Word>>): void {
  const mend = 'give the program and its arguments as an array of texts and references: shell(["sort", ref.input("data")])';
  if (!Array.isArray(argv) || argv.length === 0 || argv[0] === "") throw new FlotillaError("STEP_INVALID", "a command without a program", { mend });
  for (const word of [...(argv as readonly Word[]), ...Object.values(env)]) {
    if (typeof word === "string" ? word.includes("\0") : !isRef(word)) {
      throw new FlotillaError("STEP_INVALID", `${JSON.stringify(word) ?? String(word)} cannot be a word of a command`, { mend });
    }
  }
  const badName = Object.keys(env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (badName !== undefined) {
    throw new FlotillaError("STEP_INVALID", `${JSON.stringify(badName)} cannot be the name of an environment variable`, { mend: "use letters, digits and _" });
  }
}

function isRef(word: unknown): word is Ref {
  return typeof word === "object" && word !== null && "ref" in word && "name" in word && typeof word.name === "string";
}
