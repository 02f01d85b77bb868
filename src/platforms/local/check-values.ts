import { assertNever } from "../../core/errors.ts";
import type { TaskError } from "../../core/evidence.ts";
import type { Json } from "../../core/json.ts";
import type { OutputValue } from "../../core/output-value.ts";
import type { Output } from "../../core/plan.ts";
import { isOnDisk } from "./output-path.ts";

/** All values of a task in one record may be this long as JSON. */
const maxValuesBytes = 8 * 1024 * 1024;

/** The declared value outputs, or what is wrong with what the task returned. Files and folders are not looked at here. */
export function checkValues(
  declared: Readonly<Record<string, Output>>,
  values: { readonly [name: string]: Json },
): { readonly outputs: Record<string, OutputValue> } | { readonly error: TaskError } {
  if (Buffer.byteLength(JSON.stringify(values)) > maxValuesBytes) {
    return invalid(
      `the values are longer than ${maxValuesBytes / 1024 / 1024} MiB as JSON; declare a file output for what is larger`,
    );
  }
  const outputs: Record<string, OutputValue> = {};
  for (const name of Object.keys(values)) {
    const output = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (!output || isOnDisk(output))
      return invalid(`the task returned a value for ${JSON.stringify(name)}, which is not a declared value output`);
  }
  for (const [name, output] of Object.entries(declared)) {
    if (isOnDisk(output)) continue;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined && fits(output.type, value)) outputs[name] = { value };
    else if (output.optional && (value === undefined || value === null)) outputs[name] = { value: null };
    else if (value === undefined)
      return {
        error: {
          type: "OUTPUT_MISSING",
          message: `the task returned no value for the output ${name} (${output.type})`,
        },
      };
    else return invalid(`the output ${name} is declared as ${output.type}, and the task returned ${shown(value)}`);
  }
  return { outputs };
}

function fits(type: Output["type"], value: Json): boolean {
  switch (type) {
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "json":
      return true;
    case "file":
    case "folder":
      return false;
    default:
      return assertNever(type);
  }
}

function invalid(message: string): { error: TaskError } {
  return { error: { type: "OUTPUT_INVALID", message } };
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
