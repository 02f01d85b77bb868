import { canonicalJson, type Json } from "./json.ts";
import type { Plan } from "./plan.ts";

/**
 * The version of a plan: `sha256` (given by the caller; of a text's UTF-8) over its canonical JSON. Plans of equal
 * content have equal hashes, in whatever order their members were filled.
 */
export function hashPlan(plan: Plan, sha256: (text: string) => string): string {
  return sha256(canonicalJson(plan as unknown as Json));
}
