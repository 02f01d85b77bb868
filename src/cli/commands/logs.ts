import { type CommandRun, type Invocation, quantityOption, textOption } from "../command.ts";
import { type Connection, withApi } from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { jsonDocument, jsonLines, type LogPrinter, plainLog } from "../log-printer.ts";
import { LogsToRead } from "../logs-to-read.ts";
import { readAhead } from "../read-ahead.ts";
import { type LinesWanted, logPages } from "../read-log-lines.ts";
import { runRef } from "../run-ref.ts";

/** Between two rounds, where a server does not ask for more patience. */
const lookMs = 200;
/** Logs that are asked for before their turn: most are short, and to ask takes longer than to print them. */
const mostAhead = 8;

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async (connection) => {
    const { args, options } = invocation;
    const { id } = await connection.api.getRun({ run: runRef(textOption(options, "run")) });
    const logs = new LogsToRead(connection.api, {
      run: id,
      task: args[0],
      attempt: quantityOption(options, "attempt", "whole"),
      follow: options["follow"] === true,
    });
    await printLogs(connection, id, logs, invocation);
    return exitCodes.done.code;
  });

/** Prints what there is; with `--follow` what comes, until the run has ended. */
async function printLogs(connection: Connection, run: string, logs: LogsToRead, invocation: Invocation): Promise<void> {
  const { api } = connection;
  const printer = choosePrinter(invocation);
  for (;;) {
    await printRound(connection, run, logs, printer, invocation);
    if (invocation.options["follow"] !== true || logs.hasEnded) return printer.end(await api.getRun({ run }));
    printer.pause();
    await new Promise((resolve) => setTimeout(resolve, Math.max(lookMs, connection.lookMs)));
  }
}

async function printRound(
  { api }: Connection,
  run: string,
  logs: LogsToRead,
  printer: LogPrinter,
  { options, terminal }: Invocation,
): Promise<void> {
  const wanted: LinesWanted = { run, tail: quantityOption(options, "tail", "whole"), stream: streamOf(options) };
  const begin = async (log: Parameters<typeof logPages>[1]) => {
    const pages = logPages(api, log, wanted);
    return { first: await pages.next(), pages };
  };
  for await (const [{ task }, { first, pages }] of readAhead(logs.round(), mostAhead, begin))
    for (let next = first; next.done !== true; next = await pages.next())
      for (const line of next.value.lines) {
        printer.print({ task, attempt: next.value.id ?? "" }, line);
        await terminal.drained();
      }
}

function streamOf(options: Invocation["options"]): LinesWanted["stream"] {
  if (options["stdout"] === options["stderr"]) return undefined;
  return options["stdout"] === true ? "stdout" : "stderr";
}

function choosePrinter({ args, options, terminal }: Invocation): LogPrinter {
  if (terminal.json) return options["follow"] === true ? jsonLines(terminal) : jsonDocument(terminal);
  return plainLog(terminal, { withTask: args[0] === undefined, withTime: options["time"] === true });
}
