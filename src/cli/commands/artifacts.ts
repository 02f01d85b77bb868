import { basename, resolve } from "node:path";
import type { ResponseOf } from "../../api/operations.ts";
import { FlotillaError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { type CommandRun, textOption } from "../command.ts";
import { withApi } from "../connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { safeText } from "../format/safe-text.ts";
import type { TableColumn } from "../format/table.ts";
import { getArtifact } from "../get-artifact.ts";
import { pagesOf } from "../pages.ts";
import { printList } from "../print-list.ts";
import { runRef } from "../run-ref.ts";

type Artifact = ResponseOf<"listArtifacts">["artifacts"][number];

const pageArtifacts = 1000;

export const run: CommandRun = async (invocation) =>
  withApi(invocation, async (connection) => {
    const { args, options, terminal } = invocation;
    const [task, output] = args;
    const { id } = await connection.api.getRun({ run: runRef(textOption(options, "run")) });
    if (task === undefined || output === undefined) {
      await printList(artifactPages(), { columns, none: "no files or folders" }, terminal);
      return exitCodes.done.code;
    }
    const made: Artifact[] = [];
    for await (const page of artifactPages()) made.push(...page);
    const artifact = made.find((one) => one.output === output) ?? refuse(task, output, made);
    // Where it goes is not for a server to say.
    const path = resolve(textOption(options, "out") ?? (basename(artifact.name) || output));
    await getArtifact(connection, id, artifact, path);
    terminal.print(terminal.json ? JSON.stringify({ ...artifact, path }) : path);
    return exitCodes.done.code;

    async function* artifactPages(): AsyncGenerator<Artifact[]> {
      const ask = (page: { limit: number; after?: string }) =>
        connection.api.listArtifacts({ run: id, ...(task === undefined ? {} : { task }), ...page });
      for await (const { artifacts } of pagesOf(ask, { page: pageArtifacts, count: () => 0 })) yield artifacts;
    }
  });

function refuse(task: string, output: string, made: readonly Artifact[]): never {
  throw new FlotillaError("TASK_NOT_FOUND", `${task} has no file or folder ${output}`, {
    place: { key: task },
    mend: made.length === 0 ? "it has made none yet" : `it has ${made.map((one) => one.output).join(", ")}`,
  });
}

const columns: TableColumn<Artifact>[] = [
  { title: "task", of: ({ task }) => safeText(task), least: 16 },
  { title: "output", of: ({ output }) => safeText(output) },
  { title: "name", of: ({ name }) => safeText(name) },
  { title: "size", of: ({ bytes }) => formatBytes(bytes), align: "right" },
  { title: "digest", of: ({ digest }) => digest.slice(0, 19) },
];
