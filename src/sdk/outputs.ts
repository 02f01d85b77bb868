import type { OutputDeclaration } from "./declarations.ts";

interface OutputOptions {
  /** The task may leave it out; whoever reads it then gets null. */
  readonly optional?: boolean;
  readonly description?: string;
}

/** A file that the task writes. `path` is its name in the task's output folder, and the name its readers see. */
export function file(path: string, options: OutputOptions = {}): OutputDeclaration<"file"> {
  return Object.freeze({ kind: "output", type: "file", path, ...options });
}

/** A folder that the task fills. */
export function folder(path: string, options: OutputOptions = {}): OutputDeclaration<"folder"> {
  return Object.freeze({ kind: "output", type: "folder", path, ...options });
}

/** A finite number. */
export function number(options: OutputOptions = {}): OutputDeclaration<"number"> {
  return Object.freeze({ kind: "output", type: "number", ...options });
}

export function string(options: OutputOptions = {}): OutputDeclaration<"string"> {
  return Object.freeze({ kind: "output", type: "string", ...options });
}

export function boolean(options: OutputOptions = {}): OutputDeclaration<"boolean"> {
  return Object.freeze({ kind: "output", type: "boolean", ...options });
}

/** Any JSON value. */
export function json(options: OutputOptions = {}): OutputDeclaration<"json"> {
  return Object.freeze({ kind: "output", type: "json", ...options });
}
