import { safeText } from "./safe-text.ts";

/** Enough of a code version to tell it from others: the first digits of its hash, without the name of the function that made it. */
export function shortCode(code: string): string {
  return safeText(code.replace(/^sha256:/, "").slice(0, 7));
}
