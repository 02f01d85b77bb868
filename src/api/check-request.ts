import type { z } from "zod";
import { FlotillaError } from "../core/errors.ts";
import { type Checked, operations } from "./operations.ts";
import type { OperationName } from "./routes.ts";

/** A request as the operation's schema has it, defaults filled in. Throws `REQUEST_INVALID`, naming the first field that is wrong. */
export function checkRequest<Name extends OperationName>(name: Name, fields: unknown): Checked<Name> {
  const { data, error } = operations[name].request.safeParse(fields);
  if (error !== undefined) throw refusal(error.issues);
  return data as Checked<Name>;
}

function refusal(issues: readonly z.core.$ZodIssue[]): FlotillaError {
  const [first] = issues;
  const field = fieldOf(first!);
  const message = `${field === "" ? "the request" : field}: ${lowerFirst(first!.message)}`;
  return new FlotillaError("REQUEST_INVALID", message, {
    ...(field === "" ? {} : { place: { name: field } }),
    mend: "see /openapi.json for what the request may hold",
  });
}

/** A field that is not known is named by the list of those that its parent should not have. */
function fieldOf(issue: z.core.$ZodIssue): string {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  return path.map(String).join(".").slice(0, 200);
}

function lowerFirst(text: string): string {
  return text.slice(0, 500).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}
