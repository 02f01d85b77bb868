import { CommanderError } from "commander";
import { FlotillaError, toFlotillaError } from "../core/errors.ts";
import { describeError } from "./describe-error.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { type CommandSpec, type Options, textOption } from "./command.ts";
import { makeProgram, usageError } from "./program.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** Runs the command line and answers with the exit code. Nothing is thrown: what goes wrong is told here. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  // Before anything is parsed, since the parsing itself may go wrong and has to be told about.
  const json = argv.includes("--json");
  const verbose = argv.includes("--verbose");
  const terminal = openTerminal({ json, color: !argv.includes("--no-color") });
  leaveWithReader();
  let code: number = exitCodes.done.code;
  try {
    const program = makeProgram(async (spec, args, options) => {
      refuseServer(spec, options);
      const { run } = await spec.load();
      const project = textOption(options, "project");
      const database = textOption(options, "database") ?? (process.env["DATABASE_URL"] || undefined);
      code = await run({ terminal, args, options, verbose, project, database });
    });
    await program.parseAsync([...argv]);
    return code;
  } catch (thrown) {
    const error = thrown instanceof CommanderError ? usageError(thrown) : toFlotillaError(thrown);
    if (error === undefined) return exitCodes.done.code;
    tell(error, terminal, verbose);
    return exitCodeOf(error);
  }
}

function refuseServer({ name, onlyHere }: CommandSpec, options: Options): void {
  if (onlyHere === true && options["server"] !== undefined)
    throw new FlotillaError("USAGE", `flotilla ${name} works on this machine, not over a server`, {
      place: { name: "--server" },
      mend: "leave --server out, or type it where that server runs",
    });
}

/** With `--json` an error is the last line of standard output; else it goes to standard error, in words. */
function tell(error: FlotillaError, terminal: Terminal, verbose: boolean): void {
  if (terminal.json) terminal.print(JSON.stringify({ type: "error", error }));
  else terminal.note(describeError(error, terminal, verbose));
}

/** Whoever reads our output (head, a pager) may have seen enough. That is no fault, and Ctrl-C says what it means for us. */
function leaveWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (process.listenerCount("SIGTERM") === 0) process.exit(exitCodes.done.code);
    process.kill(process.pid, "SIGTERM");
  });
}
