import type * as z from "zod";

/** What is wrong first, and where: of a name that is none what is wrong with it. */
export function firstIssue({ issues: [issue] }: z.ZodError): { readonly path: string; readonly message: string } {
  const path = issue!.path.join(".");
  const message = issue!.code === "invalid_key" ? (issue!.issues[0]?.message ?? issue!.message) : issue!.message;
  return { path, message };
}
