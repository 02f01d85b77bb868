import type { TaskDetail } from "../../api/schemas/task.ts";
import { type CommandRun, textOption } from "../command.ts";
import { withApi } from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { runRef } from "../run-ref.ts";
import { taskLines } from "../view/task-lines.ts";

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async ({ api }) => {
    const { args, options, terminal } = invocation;
    const task = await api.getTask({ run: runRef(textOption(options, "run")), task: args[0]! });
    terminal.print(terminal.json ? JSON.stringify(taskDocument(task)) : taskLines(task, terminal).join("\n"));
    return exitCodes.done.code;
  });

/** The API's document, with inputs and outputs by name, as scripts want them. */
function taskDocument({ inputs, outputs, attemptsMade, ...task }: TaskDetail): object {
  return {
    ...task,
    inputs: Object.fromEntries(inputs.map(({ name, from, value }) => [name, { ...value, from }])),
    outputs: Object.fromEntries(outputs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    attempts: attemptsMade,
  };
}
