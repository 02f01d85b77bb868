import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Json, JsonObject } from "../../core/json.ts";
import type { InputValue, OutputValue } from "../../core/output-value.ts";
import type { AttemptSpec } from "../platform.ts";
import type { AttemptFolder } from "./attempt-folder.ts";
import { isOnDisk, outputPath } from "./output-path.ts";
import { inputPath } from "./place-inputs.ts";

/** What the task is told; see `protocol/README.md`. */
export function attemptJson(
  spec: AttemptSpec,
  folder: AttemptFolder,
  { run, code, graceMs }: { readonly run: JsonObject; readonly code: string; readonly graceMs: number },
): JsonObject {
  return {
    protocol: 1,
    id: spec.id,
    task: spec.task,
    pipeline: spec.pipeline,
    step: spec.step,
    number: spec.number,
    run,
    code,
    dimensions: spec.key,
    inputs: mapValues(spec.inputs, (input, name) => inputJson(input, name, folder)),
    outputs: mapValues(spec.outputs, (output, name) => ({
      type: output.type,
      ...(isOnDisk(output) ? { path: outputPath(folder, name, output) } : {}),
      ...(output.optional ? { optional: true } : {}),
    })),
    fatalErrors: spec.fatalErrors,
    ...(spec.resources.memoryBytes === undefined ? {} : { memoryBytes: spec.resources.memoryBytes }),
    ...(spec.traceparent === undefined ? {} : { traceparent: spec.traceparent }),
    checkpoint: folder.checkpoint,
    graceMs,
  };
}

/** Makes `outputs/` with the folders that the declared files and folders need, if there are any. */
export function makeOutputFolders(spec: AttemptSpec, folder: AttemptFolder): void {
  for (const [name, output] of Object.entries(spec.outputs)) {
    if (!isOnDisk(output)) continue;
    const path = outputPath(folder, name, output);
    mkdirSync(output.type === "folder" ? path : dirname(path), { recursive: true });
  }
}

function inputJson(input: InputValue, name: string, folder: AttemptFolder): JsonObject {
  if (!("rows" in input)) return itemJson(input, name, folder, undefined);
  return { rows: input.rows.map(({ key, item }, row) => ({ key, ...itemJson(item, name, folder, row) })) };
}

function itemJson(item: OutputValue, name: string, folder: AttemptFolder, row: number | undefined): JsonObject {
  if (!("artifact" in item)) return { value: item.value };
  return { path: join(folder.inputs, inputPath(name, item.artifact, row)) };
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
