import { createWriteStream, existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { FlotillaError } from "../../core/errors.ts";
import type { Artifact } from "../../core/output-value.ts";
import { formatBytes } from "../../core/units.ts";
import { type CommandRun, textOption } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadRun } from "../../server/runs/find-run.ts";
import { namedRun } from "../named-run.ts";
import { findTask } from "../../server/tasks/find-tasks.ts";
import { safeText } from "../format/safe-text.ts";
import { table } from "../format/table.ts";
import { type Project, withProject } from "../open-project.ts";

export const run: CommandRun = async (invocation) =>
  withProject(invocation, async (project) => {
    const { args, options, terminal } = invocation;
    const [ref, output] = args;
    const row = await namedRun(project, textOption(options, "run"));
    const { plan, live, rows } = await loadRun(project.store, row);
    const only = ref === undefined ? undefined : findTask(plan, live.topology, ref);
    const found = rows
      .filter(({ step, task }) => only === undefined || (step === only.step && task === only.task))
      .flatMap((task) =>
        Object.entries(task.outputs ?? {}).flatMap(([name, item]) =>
          "artifact" in item ? [{ task: task.ref, output: name, ...item.artifact }] : [],
        ),
      );
    if (output !== undefined) {
      const artifact = found.find((one) => one.output === output);
      if (artifact === undefined)
        throw new FlotillaError("TASK_NOT_FOUND", `${ref} has no file or folder ${output}`, {
          place: { key: ref! },
          mend: found.length === 0 ? "it has made none yet" : `it has ${found.map((one) => one.output).join(", ")}`,
        });
      const target = await getArtifact(project, artifact, resolve(textOption(options, "out") ?? artifact.name));
      terminal.print(terminal.json ? JSON.stringify({ ...artifact, path: target }) : target);
      return exitCodes.done.code;
    }
    if (terminal.json) terminal.print(JSON.stringify(found));
    else if (found.length === 0) terminal.print("no files or folders");
    else
      terminal.print(
        table(
          found,
          [
            { title: "task", of: (one) => safeText(one.task), least: 16 },
            { title: "output", of: (one) => safeText(one.output) },
            { title: "name", of: (one) => safeText(one.name) },
            { title: "size", of: ({ bytes }) => formatBytes(bytes), align: "right" },
            { title: "digest", of: ({ digest }) => digest.slice(0, 19) },
          ],
          { columns: terminal.columns, bold: terminal.paint.bold },
        ).join("\n"),
      );
    return exitCodes.done.code;
  });

/** Copies an artifact out of the store; what is written is the user's to change. */
async function getArtifact({ artifacts }: Project, artifact: Artifact, target: string): Promise<string> {
  mkdirSync(dirname(target), { recursive: true });
  if (artifact.type === "file") {
    await pipeline(await artifacts.get(artifact.digest), createWriteStream(target));
    return target;
  }
  if (existsSync(target))
    throw new FlotillaError("USAGE", `${target} is there already`, { mend: "name another place with -o" });
  for (const entry of (await artifacts.readTree(artifact.digest)).entries) {
    const path = resolve(target, entry.path);
    mkdirSync(entry.type === "folder" ? path : dirname(path), { recursive: true });
    if (entry.type === "file")
      await pipeline(
        await artifacts.get(entry.digest),
        createWriteStream(path, { mode: entry.executable === true ? 0o755 : 0o644 }),
      );
  }
  return target;
}
