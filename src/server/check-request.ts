import type { z } from "zod";
import { type Checked, operations } from "../api/operations.ts";
import type { OperationName } from "../api/routes.ts";
import { FlotillaError } from "../core/errors.ts";

/** A request as its operation wants it, defaults filled in. Throws `USAGE` that names the first field that is wrong. */
export function checkRequest<Name extends OperationName>(name: Name, given: unknown): Checked<Name> {
  const schema: z.ZodType = operations[name].request;
  const read = schema.safeParse(given);
  if (read.success) return read.data as Checked<Name>;
  const [issue] = read.error.issues;
  const field = fieldOf(issue!);
  throw new FlotillaError("USAGE", `${field === "" ? "the request" : field}: ${lowerFirst(issue!.message)}`, {
    ...(field === "" ? {} : { place: { name: field } }),
    mend: `see what ${name} takes in /openapi.json`,
  });
}

/** A field that is not known is named by the list of keys that its parent should not have. */
function fieldOf(issue: z.core.$ZodIssue): string {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  return path.map(String).join(".").slice(0, 200);
}

function lowerFirst(text: string): string {
  return text.slice(0, 500).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}
