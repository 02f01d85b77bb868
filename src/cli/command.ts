import { type Quantity, readQuantity } from "./quantity.ts";
import type { Terminal } from "./terminal.ts";

/** An option as data: the command line, the completion and the reference are all made from it. */
export interface OptionSpec {
  /** As commander reads it: `-f, --follow` or `--where <condition>`. */
  readonly flags: string;
  readonly summary: string;
  /** May be given several times; its value is a list. */
  readonly repeat?: true;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** What its value is read as; refused on the spot when it cannot be. */
  readonly quantity?: Quantity;
}

export interface ArgumentSpec {
  /** `<task>` or `[run]`. */
  readonly form: string;
  readonly summary: string;
  readonly choices?: readonly string[];
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** A paragraph for `--help` and the reference. */
  readonly details?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly examples?: readonly string[];
  readonly hidden?: true;
  /** It works on this machine, whatever server there is. */
  readonly onlyHere?: true;
  /** Loaded only when the command is used, so that `--help` stays quick. */
  readonly load: () => Promise<{ readonly run: CommandRun }>;
}

export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Invocation {
  readonly terminal: Terminal;
  readonly args: readonly (string | undefined)[];
  readonly options: Options;
  readonly verbose: boolean;
  /** `--project`, if given. */
  readonly project: string | undefined;
  readonly database: string | undefined;
}

/** Carries a command out and answers with the exit code. */
export type CommandRun = (invocation: Invocation) => Promise<number>;

export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

export function listOption(options: Options, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** The value of an option that was declared as this quantity; it has been checked by then. */
export function quantityOption(options: Options, name: string, quantity: Quantity): number | undefined {
  const text = textOption(options, name);
  return text === undefined ? undefined : readQuantity[quantity](text);
}
