import type { OutputDeclaration } from "./declarations.ts";
import { refuseUnknown } from "./refuse-unknown.ts";

interface OutputOptions {
  /** The task may leave it out; whoever reads it then gets null. */
  readonly optional?: boolean;
  readonly description?: string;
}

/** A file that the task writes. `path` is its name in the task's output folder, and the name its readers see. */
export function file(path: string, options: OutputOptions = {}): OutputDeclaration<"file"> {
  return Object.freeze({ kind: "output", type: "file", path, ...known("file()", options) });
}

/** A folder that the task fills. */
export function folder(path: string, options: OutputOptions = {}): OutputDeclaration<"folder"> {
  return Object.freeze({ kind: "output", type: "folder", path, ...known("folder()", options) });
}

/** A finite number. */
export function number(options: OutputOptions = {}): OutputDeclaration<"number"> {
  return Object.freeze({ kind: "output", type: "number", ...known("number()", options) });
}

export function string(options: OutputOptions = {}): OutputDeclaration<"string"> {
  return Object.freeze({ kind: "output", type: "string", ...known("string()", options) });
}

export function boolean(options: OutputOptions = {}): OutputDeclaration<"boolean"> {
  return Object.freeze({ kind: "output", type: "boolean", ...known("boolean()", options) });
}

/** Any JSON value. */
export function json(options: OutputOptions = {}): OutputDeclaration<"json"> {
  return Object.freeze({ kind: "output", type: "json", ...known("json()", options) });
}

function known(of: string, options: OutputOptions): OutputOptions {
  refuseUnknown("STEP_INVALID", of, options, ["optional", "description"]);
  return options;
}
