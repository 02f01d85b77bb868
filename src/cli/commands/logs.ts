import { existsSync } from "node:fs";
import type { AttemptId } from "../../core/ids.ts";
import { runStateFacts } from "../../core/task-state.ts";
import { makeTopology } from "../../core/topology.ts";
import { attemptFolder } from "../../platforms/local/attempt-folder.ts";
import { readLog } from "../../platforms/local/log-reader.ts";
import type { LogLine } from "../../platforms/platform.ts";
import type { AttemptRow } from "../../store/store.ts";
import { type CommandRun, type Invocation, textOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { findRun, planOf } from "../find-run.ts";
import { findTask } from "../find-tasks.ts";
import { safeText } from "../format/safe-text.ts";
import { readQuantity, wholeNumber } from "../make-engine.ts";
import { type Project, withProject } from "../open-project.ts";

const lookMs = 200;

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options } = invocation;
    const row = await findRun(project.store, textOption(options, "run"));
    const topology = makeTopology(await planOf(project.store, row));
    const one = args[0] === undefined ? undefined : findTask(await planOf(project.store, row), topology, args[0]);
    const refOf = ({ step, task }: AttemptRow): string => topology.steps[step]!.taskRef(task);
    const chosen = async (): Promise<readonly AttemptRow[]> => {
      const attempts = await project.store.listAttempts(row.id, one ?? {});
      return attempts.filter(
        (attempt) => attempt.platform !== "noop" && isWanted(attempt, attempts, options["attempt"]),
      );
    };
    await printLogs(project, invocation, {
      refOf: one === undefined ? refOf : undefined,
      chosen,
      hasEnded: async () => runStateFacts[(await project.store.getRun(row.id))!.state].ended,
    });
    return exitCodes.done.code;
  });

function isWanted(attempt: AttemptRow, all: readonly AttemptRow[], asked: unknown): boolean {
  if (typeof asked === "string") return attempt.number === readQuantity("attempt", asked, wholeNumber);
  return !all.some(
    ({ step, task, number }) => step === attempt.step && task === attempt.task && number > attempt.number,
  );
}

interface Source {
  /** The task's name, if it is to stand in front. */
  readonly refOf: ((attempt: AttemptRow) => string) | undefined;
  readonly chosen: () => Promise<readonly AttemptRow[]>;
  readonly hasEnded: () => Promise<boolean>;
}

async function printLogs(
  { flotilla }: Project,
  { options, terminal }: Invocation,
  { refOf, chosen, hasEnded }: Source,
): Promise<void> {
  const tail = textOption(options, "tail");
  const tailLines = tail === undefined ? undefined : readQuantity("tail", tail, wholeNumber);
  const next = new Map<AttemptId, number>();
  for (;;) {
    // Asked before reading: what is written until the end is then read in this round.
    const last = options["follow"] !== true || (await hasEnded());
    for (const attempt of await chosen()) {
      const path = attemptFolder(flotilla, attempt.id).log;
      if (!existsSync(path)) continue;
      const from = next.get(attempt.id);
      const range = from === undefined ? (tailLines === undefined ? {} : { tailLines }) : { fromByte: from };
      for await (const line of readLog(path, range)) {
        next.set(attempt.id, line.nextByte ?? 0);
        const wanted = options["stdout"] === options["stderr"] || options[line.stream] === true;
        if (wanted)
          terminal.print(
            terminal.json
              ? JSON.stringify({ type: "log", task: refOf?.(attempt), attempt: attempt.id, ...line })
              : describe(line, refOf?.(attempt)),
          );
      }
    }
    if (last) return;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }

  function describe(line: LogLine, ref: string | undefined): string {
    const { paint } = terminal;
    const parts = [
      ...(options["time"] === true ? [paint.dim(new Date(line.at).toISOString())] : []),
      ...(ref === undefined ? [] : [paint[colourOf(ref)](safeText(ref))]),
      line.stream === "stderr" ? paint.yellow(safeText(line.text)) : safeText(line.text),
    ];
    return parts.join(" ");
  }
}

const colours = ["cyan", "green", "magenta", "blue", "yellow"] as const;

/** Each task keeps its colour from line to line. */
function colourOf(ref: string): (typeof colours)[number] {
  let sum = 0;
  for (const character of ref) sum = (sum * 31 + character.codePointAt(0)!) % 65_521;
  return colours[sum % colours.length]!;
}
