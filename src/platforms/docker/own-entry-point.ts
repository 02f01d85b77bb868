import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { ArtifactStore } from "../../artifacts/artifact-store.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { containerValuesFile } from "../../core/plan.ts";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import { containerCommand, type ContainerWork, inContainer, taskDocument } from "../container-work.ts";
import { endOfProgram } from "../exit-code.ts";
import { type AttemptFolder, readRecordIfSound, writeRecord } from "../local/attempt-folder.ts";
import { attemptJson, makeOutputFolders } from "../local/attempt-json.ts";
import { isRecord } from "../local/exit-record.ts";
import { inputPlaces, placeInputs } from "../local/place-inputs.ts";
import type { AttemptSpec } from "../platform.ts";
import { writeDurably } from "../task-api/durable.ts";
import type { Beginning } from "./container-spec.ts";
import type { Container } from "./containers.ts";

/**
 * A container that runs its image's own entry point. Nothing of ours is in it, so what a supervisor does elsewhere is done here:
 * the attempt is claimed before its container starts, and its records are made from what the engine says of it.
 */

const taskFileOf = ({ root }: AttemptFolder): string => join(root, "task.json");
/** The values of a task in one record may be 8 MiB as JSON, which may need six bytes for one. */
const mostValuesBytes = 64 * 1024 * 1024;

/**
 * Makes the folder of an attempt ready.
 * @throws FlotillaError `BLOB_MISSING`, `BLOB_DAMAGED`, `OUTPUT_INVALID`, and what the disk refuses
 */
export async function prepareEntryPoint(
  artifacts: ArtifactStore,
  { spec, folder }: { readonly spec: AttemptSpec; readonly folder: AttemptFolder },
  graceMs: number,
): Promise<void> {
  const places = inputPlaces(spec.inputs);
  if (places.length > 0) await placeInputs(artifacts, folder, places);
  for (const path of [folder.inputs, folder.outputs, folder.work]) mkdirSync(path, { recursive: true });
  makeOutputFolders(spec, folder);
  if (process.getuid?.() === 0) openToAnyUser(folder);
  writeRecord(taskFileOf(folder), taskDocument(spec));
  const run = { type: "container" };
  writeRecord(folder.attempt, attemptJson(spec, folder, { run, code: folder.work, graceMs }));
}

/** Whoever the image names must be able to write; nobody else of this machine gets to these folders. */
function openToAnyUser({ root, outputs, work }: AttemptFolder): void {
  chmodSync(root, 0o700);
  for (const path of [work, ...foldersBelow(outputs)]) chmodSync(path, 0o777);
}

function foldersBelow(folder: string): string[] {
  const children = readdirSync(folder, { withFileTypes: true }).filter((child) => child.isDirectory());
  return [folder, ...children.flatMap(({ name }) => foldersBelow(join(folder, name)))];
}

/** @throws FlotillaError `TASK_CONFIG` for a word that no program can be given */
export function entryPoint(
  spec: AttemptSpec,
  work: ContainerWork,
  folder: AttemptFolder,
  ofPlatform: Readonly<Record<string, string>> = {},
): Beginning {
  const { command, args, env } = containerCommand(spec, work);
  return {
    ...(command === undefined ? {} : { Entrypoint: command }),
    ...(args === undefined ? {} : { Cmd: args }),
    env: { ...ofPlatform, ...env },
    binds: [
      `${folder.inputs}:${inContainer.inputs}:ro`,
      `${taskFileOf(folder)}:${inContainer.task}:ro`,
      `${folder.outputs}:${inContainer.outputs}:rw`,
      `${folder.work}:${inContainer.work}:rw`,
    ],
    // All that it prints is in here until we have it, also while no engine of ours runs.
    logFiles: { mebibytes: 512, count: 2 },
  };
}

/** Before the container starts. False where an earlier process has proven that it never will. */
export function claimForContainer(folder: AttemptFolder): boolean {
  try {
    writeFileSync(folder.claim, JSON.stringify({ by: "container" }), { flag: "wx" });
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) !== "EEXIST") throw thrown;
    return isClaimedForContainer(folder);
  }
}

export function isClaimedForContainer({ claim }: AttemptFolder): boolean {
  const record = readRecordIfSound(claim);
  return isRecord(record) && record["by"] === "container";
}

/** Once it runs, or has run. */
export function noteStarted({ started }: AttemptFolder, { startedAt = Date.now() }: Container): void {
  if (!existsSync(started)) writeRecord(started, { at: startedAt });
}

/** Makes `exit.json` of an ended container and of the values that it left, unless it is there. */
export function concludeEntryPoint(id: string, folder: AttemptFolder, container: Container): void {
  if (existsSync(folder.exit)) return;
  const end = endOfProgram(container.exitCode);
  const result = end.exitCode === 0 ? resultOf(folder) : undefined;
  const { startedAt, endedAt } = container;
  const record = {
    protocol: 1,
    id,
    ...end,
    completed: result?.completed === true,
    ...(result === undefined ? {} : { result }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
  writeDurably(folder.exit, JSON.stringify(record));
}

function resultOf(folder: AttemptFolder): { readonly completed: boolean } & JsonObject {
  try {
    return { protocol: 1, completed: true, values: takeValues(folder) };
  } catch (thrown) {
    const message = `${inContainer.values} ${(thrown as Error).message}`;
    return { protocol: 1, completed: false, error: { type: "OUTPUT_INVALID", message } };
  }
}

/** Out of the folder of outputs, where it would be taken for one. TRAP: it may be a link to a file of this machine. */
function takeValues(folder: AttemptFolder): JsonObject {
  const left = join(folder.outputs, containerValuesFile);
  const stat = lstatSync(left, { throwIfNoEntry: false });
  if (stat !== undefined) {
    if (!stat.isFile()) throw new Error("is no file");
    if (stat.size > mostValuesBytes) throw new Error(`is longer than ${mostValuesBytes} bytes`);
    rmSync(folder.values, { force: true });
    renameSync(left, folder.values);
  }
  if (!existsSync(folder.values)) return {};
  return parseValues(readFileSync(folder.values, "utf8"));
}

function parseValues(text: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (thrown) {
    throw new Error(`cannot be read as JSON: ${(thrown as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("must hold one JSON object, with the value outputs by name");
  return value as JsonObject;
}
