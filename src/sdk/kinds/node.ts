import { FlotillaError } from "../../core/errors.ts";

export interface NodeWork {
  readonly kind: "node";
  /** Relative to the pipeline file. */
  readonly path: string;
  readonly function: string;
}

/**
 * An exported function of a TypeScript or JavaScript file, `"./file.ts:function"`, the path relative to the pipeline file.
 * It runs in a process of its own. Throws `STEP_INVALID` for a reference of another form.
 */
export function node(reference: string): NodeWork {
  const match = /^(.+\.[cm]?[jt]sx?):([\p{ID_Start}_$][\p{ID_Continue}$]*)$/u.exec(reference);
  if (match !== null) return Object.freeze({ kind: "node", path: match[1]!, function: match[2]! });
  throw new FlotillaError("STEP_INVALID", `node(${JSON.stringify(reference) ?? String(reference)}) names no function`, {
    mend: 'write the file, a colon and the exported function: "./clean.ts:clean"',
    place: { name: String(reference) },
  });
}
