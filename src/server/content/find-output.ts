import { FlotillaError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Artifact, Outputs } from "../../core/output-value.ts";
import type { Digest } from "../../core/ids.ts";
import type { TreeEntry } from "../../artifacts/artifact-store.ts";
import type { ServiceContext } from "../services/service.ts";
import { taskAt } from "../tasks/find-attempt.ts";

export interface OutputPlace {
  readonly run: string;
  readonly task: string;
  readonly output: string;
  readonly path?: string | undefined;
}

/** What stands at a place: a file, the entries of a folder with their paths in it, or a value. */
export type FoundOutput =
  | { readonly type: "value"; readonly name: string; readonly json: string }
  | { readonly type: "file"; readonly name: string; readonly digest: Digest; readonly bytes: number }
  | { readonly type: "folder"; readonly name: string; readonly digest: Digest; readonly entries: readonly TreeEntry[] };

/**
 * What a task yielded under a name, or a part of the folder that it yielded. A path is looked up in the list that the folder is
 * stored as, and never touches a file system. Throws what `taskAt` throws, and `TASK_NOT_FOUND` for what there is not.
 */
export async function findOutput(
  context: ServiceContext,
  { output, path, ...place }: OutputPlace,
): Promise<FoundOutput> {
  const { ref, row } = await taskAt(context, place);
  const artifact = artifactOf(row?.outputs, output);
  const value = valueOf(row?.outputs, output);
  if (value !== undefined && (path === undefined || path === ""))
    return { type: "value", name: `${output}.json`, json: JSON.stringify(value) };
  if (artifact === undefined) {
    const others = Object.entries(row?.outputs ?? {}).flatMap(([name, value]) => ("artifact" in value ? [name] : []));
    throw new FlotillaError("TASK_NOT_FOUND", `${ref} has no file or folder ${output}`, {
      place: { key: ref, name: output },
      mend: others.length === 0 ? "it has made none yet" : `it has ${others.join(", ")}`,
    });
  }
  const { name, digest, bytes } = artifact;
  if (artifact.type === "file") {
    if (path !== undefined && path !== "") throw noSuchPath(output, path);
    return { type: "file", name, digest, bytes };
  }
  const { entries } = await context.artifacts.readTree(digest);
  return path === undefined || path === ""
    ? { type: "folder", name, digest, entries }
    : partOf(entries, digest, output, path);
}

function artifactOf(outputs: Readonly<Record<string, object>> | undefined, name: string): Artifact | undefined {
  const value = outputs !== undefined && Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  return value !== undefined && "artifact" in value ? (value.artifact as Artifact) : undefined;
}

function valueOf(outputs: Outputs | undefined, name: string): Json | undefined {
  const output = outputs !== undefined && Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  return output !== undefined && "value" in output ? output.value : undefined;
}

function partOf(entries: readonly TreeEntry[], tree: Digest, output: string, path: string): FoundOutput {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const file = entries.find((entry) => entry.path === path);
  if (file?.type === "file") return { type: "file", name, digest: file.digest, bytes: file.bytes };
  const below = entries
    .filter((entry) => entry.path.startsWith(`${path}/`))
    .map((entry) => ({ ...entry, path: entry.path.slice(path.length + 1) }));
  if (below.length === 0 && file === undefined) throw noSuchPath(output, path);
  return { type: "folder", name, digest: tree, entries: below };
}

function noSuchPath(output: string, path: string): FlotillaError {
  return new FlotillaError("TASK_NOT_FOUND", `there is no ${JSON.stringify(path)} in ${output}`, {
    place: { name: output },
    mend: "list what is in it without a path",
  });
}
