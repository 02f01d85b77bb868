import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { FlotillaError, toFlotillaError } from "../core/errors.ts";
import { didYouMean } from "../core/closest.ts";
import type { CommandSpec, OptionSpec, Options } from "./command.ts";
import { commands } from "./commands.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { globalOptions } from "./options.ts";
import { describeError } from "./describe-error.ts";
import { openTerminal } from "./terminal.ts";

/** Runs the command line and answers with the exit code. Nothing is thrown: what goes wrong is told here. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const json = argv.includes("--json");
  const verbose = argv.includes("--verbose");
  // Whoever reads our output (head, a pager) may have seen enough; that is no fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.done.code);
    throw error;
  });
  const terminal = openTerminal({ json, color: !argv.includes("--no-color") });
  let code: number = exitCodes.done.code;
  try {
    await makeProgram(async (spec, args, options) => {
      const { run } = await spec.load();
      const project = typeof options["project"] === "string" ? options["project"] : undefined;
      const database =
        typeof options["database"] === "string" ? options["database"] : process.env["DATABASE_URL"] || undefined;
      code = await run({ terminal, args, options, verbose, project, database });
    }).parseAsync([...argv]);
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return commanderExit(thrown, terminal);
    const error = toFlotillaError(thrown);
    if (json) terminal.print(JSON.stringify({ type: "error", error }));
    else terminal.note(describeError(error, terminal, verbose));
    return exitCodeOf(error);
  }
}

/** Help and versions end like this too. Mistakes have been written already, except with `--json`. */
function commanderExit(error: CommanderError, terminal: ReturnType<typeof openTerminal>): number {
  if (error.exitCode === 0) return exitCodes.done.code;
  const usage = new FlotillaError("USAGE", error.message.replace(/^error: /, "").split("\n")[0]!, {
    mend: error.message.split("\n")[1] ?? "see flotilla --help",
  });
  if (terminal.json) terminal.print(JSON.stringify({ type: "error", error: usage }));
  else terminal.note(describeError(usage, terminal, false));
  return exitCodes.usage.code;
}

type Carry = (spec: CommandSpec, args: (string | undefined)[], options: Options) => Promise<void>;

export function makeProgram(carryOut: Carry): Command {
  const program = new Command("flotilla")
    .description("Train fleets of models: one pipeline, every scenario, each step on the platform that suits it.")
    .version(readVersion(), "--version")
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError()
    .exitOverride();
  for (const spec of commands) addCommand(program, spec, carryOut);
  program.on("command:*", ([name]: string[]) => {
    throw new FlotillaError("USAGE", `there is no command ${name}`, {
      mend: `see flotilla --help.${didYouMean(
        name!,
        commands.map((spec) => spec.name),
      )}`,
    });
  });
  return program;
}

function addCommand(program: Command, spec: CommandSpec, carryOut: Carry): void {
  const command = program
    .command(spec.name, { hidden: spec.hidden === true })
    .summary(spec.summary)
    .description(spec.details === undefined ? spec.summary : `${spec.summary}\n\n${spec.details}`)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  for (const { form, summary } of spec.arguments ?? []) command.argument(form, summary);
  for (const option of [...(spec.options ?? []), ...globalOptions]) addOption(command, option);
  if (spec.examples !== undefined)
    command.addHelpText("after", `\nExamples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}`);
  command.action(async (...given: unknown[]) => {
    const options = command.opts<Options>();
    const args = given.slice(0, (spec.arguments ?? []).length) as (string | undefined)[];
    await carryOut(spec, args.flat(), options);
  });
}

function addOption(command: Command, { flags, summary, repeat }: OptionSpec): void {
  if (repeat === true)
    command.option(flags, `${summary} (may be repeated)`, (value: string, before: string[] | undefined) => [
      ...(before ?? []),
      value,
    ]);
  else command.option(flags, summary);
}

function readVersion(): string {
  for (const place of ["../package.json", "../../package.json"]) {
    try {
      return (JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8")) as { version: string }).version;
    } catch {
      // The other place: dist/ is one folder deep, the sources are two.
    }
  }
  return "unknown";
}
