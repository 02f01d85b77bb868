import { FlotillaError, type ErrorCode } from "../core/errors.ts";

/** Names of steps, pipelines, inputs, outputs and pools become parts of paths, of commands and of names on platforms. */
const pattern = /^[a-z][a-zA-Z0-9_-]{0,62}$/;

/** The name itself. Throws `code` unless it may be one: a lower-case letter, then letters, digits, `_`, `-`; at most 63. */
export function checkName(name: string, what: string, code: ErrorCode): string {
  if (typeof name === "string" && pattern.test(name)) return name;
  throw new FlotillaError(code, `${JSON.stringify(name) ?? String(name)} cannot be the name of ${what}`, {
    mend: "begin with a lower-case letter, go on with letters, digits, _ or -; at most 63 characters in all",
    place: { name: String(name) },
  });
}
