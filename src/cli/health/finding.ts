import { toFlotillaError } from "../../core/errors.ts";

/** What `doctor` found out about one thing. */
export interface Finding {
  readonly what: string;
  /** `optional`: it is not there, and most can be done without it. */
  readonly state: "ok" | "missing" | "optional";
  readonly found: string;
  /** How to get it. */
  readonly mend?: string;
}

export function ok(what: string, found: string): Finding {
  return { what, state: "ok", found };
}

export function missing(what: string, found: string, mend: string): Finding {
  return { what, state: "missing", found, mend };
}

export function optional(what: string, found: string, mend: string): Finding {
  return { what, state: "optional", found, mend };
}

/** A check that fails by throwing: its message and its mend. */
export function failed(what: string, thrown: unknown): Finding {
  const { message, mend } = toFlotillaError(thrown);
  return { what, state: "missing", found: message, ...(mend === undefined ? {} : { mend }) };
}
