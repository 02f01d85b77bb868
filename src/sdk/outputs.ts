import { FlotillaError } from "../core/errors.ts";
import type { Output, OutputType } from "../core/plan.ts";

/** What a step says of one of its outputs. */
export interface OutputDeclaration<T extends OutputType = OutputType> extends Output {
  readonly type: T;
}

export type OutputDeclarations = Readonly<Record<string, OutputDeclaration>>;

export interface OutputOptions {
  /** The task may leave it out; readers then get null. */
  readonly optional?: boolean;
  readonly description?: string;
}

/** A file that the task writes, at this path below its output folder. Throws `STEP_INVALID` for a path that leads out of it. */
export function file(path: string, options: OutputOptions = {}): OutputDeclaration<"file"> {
  return declare("file", options, innerPath(path));
}

/** A folder that the task fills, at this path below its output folder. Throws `STEP_INVALID` for a path that leads out of it. */
export function folder(path: string, options: OutputOptions = {}): OutputDeclaration<"folder"> {
  return declare("folder", options, innerPath(path));
}

/** A finite number that the task returns. */
export function number(options: OutputOptions = {}): OutputDeclaration<"number"> {
  return declare("number", options);
}

export function string(options: OutputOptions = {}): OutputDeclaration<"string"> {
  return declare("string", options);
}

export function boolean(options: OutputOptions = {}): OutputDeclaration<"boolean"> {
  return declare("boolean", options);
}

/** Any JSON value that the task returns. */
export function json(options: OutputOptions = {}): OutputDeclaration<"json"> {
  return declare("json", options);
}

function declare<T extends OutputType>(type: T, { optional, description }: OutputOptions, path?: string): OutputDeclaration<T> {
  return Object.freeze({
    type,
    ...(path === undefined ? {} : { path }),
    ...(optional === true ? { optional } : {}),
    ...(description === undefined ? {} : { description }),
  });
}

function innerPath(path: string): string {
  const parts = typeof path === "string" ? path.split("/") : [];
  const isInner = parts.length > 0 && parts.every((part) => part !== "" && part !== "." && part !== "..") && !/[\0\\]/.test(path);
  if (isInner) return path;
  throw new FlotillaError("STEP_INVALID", `an output cannot be written at ${JSON.stringify(path) ?? String(path)}`, {
    mend: 'give a path below the output folder, without ".." and with / between folders, such as "model.pkl"',
    place: { name: String(path) },
  });
}
