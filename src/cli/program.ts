import { Argument, Command, type CommanderError, InvalidArgumentError, Option } from "commander";
import { didYouMean } from "../core/closest.ts";
import { FlotillaError } from "../core/errors.ts";
import type { ArgumentSpec, CommandSpec, Options, OptionSpec } from "./command.ts";
import { commands } from "./commands.ts";
import { globalOptions } from "./options.ts";
import { readQuantity } from "./quantity.ts";
import { readVersion } from "./version.ts";

type CarryOut = (spec: CommandSpec, args: (string | undefined)[], options: Options) => Promise<void>;

/** The command line as commander knows it, made from the data in `commands.ts`. Parsing it throws `CommanderError` for wrong use. */
export function makeProgram(carryOut: CarryOut): Command {
  const program = new Command("flotilla")
    .description("Train fleets of models: one pipeline, every scenario, each step on the platform that suits it.")
    .version(readVersion(), "--version", "print the version")
    .helpOption("-h, --help", "show help")
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showSuggestionAfterError()
    .exitOverride();
  for (const option of globalOptions) program.addOption(makeOption(option));
  for (const spec of commands) addCommand(program, spec, carryOut);
  program.action((_options: unknown, command: Command) => {
    const [name] = command.args;
    if (name === undefined) return program.outputHelp();
    const known = commands.filter(({ hidden }) => hidden !== true).map((spec) => spec.name);
    throw new FlotillaError("USAGE", `there is no command ${name}`, {
      mend: `see flotilla --help.${didYouMean(name, known)}`,
    });
  });
  program.allowExcessArguments();
  return program;
}

function addCommand(program: Command, spec: CommandSpec, carryOut: CarryOut): void {
  const command = program
    .command(spec.name, { hidden: spec.hidden === true })
    .summary(spec.summary)
    .description(spec.details === undefined ? spec.summary : `${spec.summary}\n\n${spec.details}`)
    .allowExcessArguments(false);
  for (const argument of spec.arguments ?? []) command.addArgument(makeArgument(argument));
  for (const option of spec.options ?? []) command.addOption(makeOption(option));
  if (spec.examples !== undefined)
    command.addHelpText("after", `\nExamples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}`);
  command.action(async (...given: unknown[]) => {
    const args = given.slice(0, (spec.arguments ?? []).length) as (string | undefined)[];
    await carryOut(spec, args.flat(), command.optsWithGlobals<Options>());
  });
}

function makeArgument({ form, summary, choices }: ArgumentSpec): Argument {
  const argument = new Argument(form, summary);
  return choices === undefined ? argument : argument.choices(choices);
}

function makeOption(spec: OptionSpec): Option {
  const { flags, summary, repeat, choices, quantity } = spec;
  const option = new Option(flags, repeat === true ? `${summary} (may be repeated)` : summary);
  if (choices !== undefined) option.choices(choices);
  if (repeat === true || choices !== undefined || quantity !== undefined)
    option.argParser((text: string, before: unknown) => {
      checkValue(text, spec);
      return repeat === true ? [...((before as readonly string[] | undefined) ?? []), text] : text;
    });
  return option;
}

/** Commander puts the option and its value in front of the message. */
function checkValue(text: string, { choices, quantity }: OptionSpec): void {
  if (choices !== undefined && !choices.includes(text))
    throw new InvalidArgumentError(`It is one of ${choices.join(", ")}.${didYouMean(text, choices)}`);
  if (quantity === undefined) return;
  try {
    readQuantity[quantity](text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** What commander found wrong, as an error of ours; undefined if it only showed help or the version. */
export function usageError(error: CommanderError): FlotillaError | undefined {
  if (error.exitCode === 0) return undefined;
  const [message, hint] = error.message.replace(/^error: /, "").split("\n");
  return new FlotillaError("USAGE", message!, { mend: hint?.replace(/^\((.*)\)$/, "$1") ?? "see flotilla --help" });
}
