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
  const path = (first?.path ?? []).map(String).join(".");
  const message = `${path === "" ? "the request" : path}: ${first?.message ?? "is invalid"}`;
  return new FlotillaError("REQUEST_INVALID", message.slice(0, 500), {
    ...(path === "" ? {} : { place: { name: path.slice(0, 200) } }),
    mend: "see /openapi.json for what the request may hold",
  });
}
