import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import type { TaskDetail } from "../../api/schemas/task.ts";
import { type CommandRun, textOption } from "../command.ts";
import { type Connection, withApi } from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { runRef } from "../run-ref.ts";
import { taskLines } from "../view/task-lines.ts";

type JsonValue = Extract<NonNullable<TaskDetail["outputs"][number]["value"]>, { value: unknown }>["value"];

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async ({ api, download }) => {
    const { args, options, terminal } = invocation;
    const task = await api.getTask({ run: runRef(textOption(options, "run")), task: args[0]! });
    if (terminal.json) terminal.print(JSON.stringify(taskDocument(await withWholeValues(task, download))));
    else terminal.print(taskLines(task, terminal).join("\n"));
    return exitCodes.done.code;
  });

/** The API cuts large values, which pages have no room for; scripts get them whole. */
async function withWholeValues(task: TaskDetail, download: Connection["download"]): Promise<TaskDetail> {
  const outputs: TaskDetail["outputs"] = [];
  for (const output of task.outputs) {
    const isCut = output.value !== undefined && "value" in output.value && output.value.cut === true;
    if (!isCut) outputs.push(output);
    else {
      const bytes = await download({ run: task.run, task: task.ref, output: output.name });
      outputs.push({ ...output, value: { value: (await json(Readable.from(bytes))) as JsonValue } });
    }
  }
  return { ...task, outputs };
}

/** The API's document, with inputs and outputs by name, as scripts want them. */
function taskDocument({ inputs, outputs, attemptsMade, ...task }: TaskDetail): object {
  return {
    ...task,
    inputs: Object.fromEntries(inputs.map(({ name, from, value }) => [name, { ...value, from }])),
    outputs: Object.fromEntries(outputs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    attempts: attemptsMade,
  };
}
