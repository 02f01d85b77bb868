import { fileURLToPath } from "node:url";

/** The innermost frame of a stack that lies in the project, or the pipeline file itself if there is none. */
export function innermostPlace(
  stack: string | undefined,
  project: { projectDirectory: string; pipelineFile: string },
): { file: string; line?: number } {
  for (const frame of (stack ?? "").split("\n")) {
    const match = /((?:file:\/\/)?\/[^():]+):(\d+):\d+\)?$/.exec(frame);
    if (match === null) continue;
    const file = match[1]!.startsWith("file:") ? fileURLToPath(match[1]!) : match[1]!;
    if (file.startsWith(`${project.projectDirectory}/`) && !file.includes("/node_modules/"))
      return { file, line: Number(match[2]) };
  }
  return { file: project.pipelineFile };
}
