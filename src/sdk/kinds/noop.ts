import type { NoopDeclaration } from "../declarations.ts";

/** Does nothing and succeeds at once; for tests, and to try out the shape of a pipeline. */
export function noop(): NoopDeclaration {
  return Object.freeze({ kind: "work", type: "noop" });
}
