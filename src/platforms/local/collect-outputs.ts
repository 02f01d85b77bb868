import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import { resolveLink } from "../../artifacts/scan-folder.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { TaskError } from "../../core/evidence.ts";
import type { OutputValue } from "../../core/output-value.ts";
import type { Output } from "../../core/plan.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import { isOnDisk, outputPlace } from "./output-path.ts";

export type Collected =
  | { readonly outputs: Record<string, OutputValue> }
  | { readonly error: TaskError; readonly diskFull: boolean };

/**
 * Stores the declared files and folders. They stay in `outputs/` (as links to their blobs), so that after a crash the
 * same can be done again. Nothing here throws for what the task wrote, or for a full disk.
 */
export async function collectOutputs(
  store: ArtifactStore,
  folder: AttemptFolder,
  declared: Readonly<Record<string, Output>>,
): Promise<Collected> {
  const onDisk = Object.entries(declared).filter(([, output]) => isOnDisk(output));
  if (onDisk.length === 0) return { outputs: {} };
  try {
    refuseUndeclared(folder, onDisk);
    const outputs: Record<string, OutputValue> = {};
    for (const [name, output] of onDisk) outputs[name] = await collectOne(store, folder, name, output);
    return { outputs };
  } catch (thrown) {
    if (!(thrown instanceof FlotillaError)) throw thrown;
    return { error: { type: thrown.code, message: thrown.message }, diskFull: thrown.code === "DISK_FULL" };
  }
}

async function collectOne(
  store: ArtifactStore,
  folder: AttemptFolder,
  name: string,
  output: Output,
): Promise<OutputValue> {
  const place = outputPlace(name, output);
  const path = join(folder.outputs, place);
  const type = output.type === "folder" ? "folder" : "file";
  if (!lstatSync(path, { throwIfNoEntry: false }) || (output.optional && type === "folder" && isEmptyFolder(path))) {
    if (output.optional) return { value: null };
    throw new FlotillaError(
      "OUTPUT_MISSING",
      `the output ${name} was not written: there is no ${type} ${place} in the output folder`,
    );
  }
  const real = await speakingOf(name, () => resolveLink(realpathSync(folder.outputs), path, place));
  const stat = lstatSync(real);
  if (type === "file" ? !stat.isFile() : !stat.isDirectory()) {
    throw new FlotillaError(
      "OUTPUT_INVALID",
      `the output ${name} is declared as a ${type}, and ${place} is ${stat.isDirectory() ? "a folder" : stat.isFile() ? "a file" : "neither a file nor a folder"}`,
    );
  }
  const stored = await speakingOf(name, () => (type === "file" ? store.putFile(real) : store.putFolder(real)));
  return { artifact: { type, ...stored, name: basename(place) } };
}

/** Who looks at files knows nothing of outputs: what it refuses is told with the output that it lies in. */
async function speakingOf<T>(name: string, look: () => T | Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof FlotillaError) || thrown.code !== "OUTPUT_INVALID") throw thrown;
    throw new FlotillaError(thrown.code, `the output ${name} cannot be kept: ${thrown.message}`, {
      mend: thrown.mend ?? "write files and folders, and links between them only",
    });
  }
}

/** What lies in `outputs/` beside the declared would be lost without a word. */
function refuseUndeclared(folder: AttemptFolder, onDisk: readonly (readonly [string, Output])[]): void {
  if (!lstatSync(folder.outputs, { throwIfNoEntry: false })?.isDirectory()) {
    throw new FlotillaError("OUTPUT_MISSING", "the task removed its output folder, or put something else in its place");
  }
  const expected = new Set(onDisk.map(([name, output]) => outputPlace(name, output).split("/")[0]));
  const extra = readdirSync(folder.outputs).filter((name) => !expected.has(name));
  if (extra.length === 0) return;
  const names = extra
    .slice(0, 5)
    .map((name) => JSON.stringify(name))
    .join(", ");
  throw new FlotillaError(
    "OUTPUT_INVALID",
    `the task wrote ${extra.length === 1 ? "an output that is" : "outputs that are"} not declared: ${names}${extra.length > 5 ? ", …" : ""}; declare it, or write scratch files into the work folder`,
  );
}

/** The folder of an output is made for the task, so an optional one that is empty was left out. */
function isEmptyFolder(path: string): boolean {
  return lstatSync(path).isDirectory() && readdirSync(path).length === 0;
}
