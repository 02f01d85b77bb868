import type { NodeDeclaration } from "../declarations.ts";

/**
 * Calls a function of a JavaScript or TypeScript module, `"./tasks.ts:function"` relative to the project, in a process of
 * its own. It gets one object with inputs, dimensions and output paths by name, and returns the value outputs.
 */
export function node(reference: string): NodeDeclaration {
  return Object.freeze({ kind: "work", type: "node", reference });
}
