import type { CommandRun } from "../command.ts";
import { textOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { namedRun } from "../named-run.ts";
import { withProject } from "../open-project.ts";
import { readTask } from "../read-task.ts";
import { taskLines } from "../view/task-lines.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    const row = await namedRun(project, textOption(options, "run"));
    const task = await readTask(project, row, args[0]!);
    terminal.print(terminal.json ? JSON.stringify(task) : taskLines(task, terminal).join("\n"));
    return exitCodes.done.code;
  });
