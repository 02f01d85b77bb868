import { runStateFacts } from "../../core/task-state.ts";
import { makeTopology } from "../../core/topology.ts";
import { readLog } from "../../platforms/local/log-reader.ts";
import { attemptFolder } from "../../platforms/local/attempt-folder.ts";
import { type CommandRun, type Invocation, quantityOption, textOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { planOf } from "../../server/runs/find-run.ts";
import { namedRun } from "../named-run.ts";
import { findTask } from "../../server/tasks/find-tasks.ts";
import { AttemptsToRead } from "../attempts-to-read.ts";
import { jsonDocument, jsonLines, type LogPrinter, plainLog } from "../log-printer.ts";
import { type Project, withProject } from "../open-project.ts";
import type { RunRow } from "../../store/store.ts";

const lookMs = 200;

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options } = invocation;
    const row = await namedRun(project, textOption(options, "run"));
    const plan = await planOf(project.store, row);
    const topology = makeTopology(plan);
    const task = args[0] === undefined ? undefined : findTask(plan, topology, args[0]);
    const attempts = new AttemptsToRead(project.store, row.id, {
      task,
      number: quantityOption(options, "attempt", "whole"),
    });
    const printer = choosePrinter(
      invocation,
      (step, number) => topology.steps[step]!.taskRef(number),
      task !== undefined,
    );
    await printLogs(project, row, attempts, printer, invocation);
    return exitCodes.done.code;
  });

function choosePrinter(
  { options, terminal }: Invocation,
  refOf: (step: number, task: number) => string,
  isOne: boolean,
): LogPrinter {
  if (terminal.json) return options["follow"] === true ? jsonLines(terminal, refOf) : jsonDocument(terminal, refOf);
  return plainLog(terminal, { refOf: isOne ? undefined : refOf, withTime: options["time"] === true });
}

/** Prints what there is; with `--follow` what comes, until the run has ended. */
async function printLogs(
  { store, flotilla }: Project,
  { id }: RunRow,
  attempts: AttemptsToRead,
  printer: LogPrinter,
  { options, terminal }: Invocation,
): Promise<void> {
  const tailLines = quantityOption(options, "tail", "whole");
  const both = options["stdout"] === options["stderr"];
  for (;;) {
    // Looked at before reading: what was written until then is read in this round.
    const run = (await store.getRun(id))!;
    const isLast = options["follow"] !== true || runStateFacts[run.state].ended;
    for (const attempt of await attempts.next(run.version)) {
      const { fromByte } = attempt;
      const range = fromByte !== undefined ? { fromByte } : tailLines !== undefined ? { tailLines } : {};
      for await (const line of readLog(attemptFolder(flotilla, attempt.id).log, range)) {
        attempt.fromByte = line.nextByte;
        if (both || options[line.stream] === true) printer.print(attempt, line);
        await terminal.drained();
      }
    }
    if (isLast) return printer.end(run);
    printer.pause();
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
