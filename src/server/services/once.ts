import { createHash } from "node:crypto";
import { FlotillaError } from "../../core/errors.ts";
import { canonicalJson, type Json } from "../../core/json.ts";
import type { Answered, Once } from "../../store/store.ts";
import type { Call, ServiceContext } from "./service.ts";

/** How something that is asked is carried out, and what is answered when it has been already. */
export interface OnceOnly<T> {
  /** What is asked, with the name of the operation: equal for equal requests. */
  readonly asked: readonly [operation: string, request: unknown];
  readonly act: (once: Once | undefined) => Promise<T>;
  readonly again: (answered: Answered) => Promise<T>;
}

/**
 * Carries out what is asked, unless the same was asked with the same key within a day: then the answer is that of then. The
 * key is stored in the statement that does the deed, so an answer that was lost can be had again, and nothing is done twice.
 * Throws `CONFLICT` when the key came with another request.
 */
export async function onceOnly<T>(
  { store }: ServiceContext,
  { idempotencyKey: key }: Call,
  { asked, act, again }: OnceOnly<T>,
): Promise<T> {
  if (key === undefined) return act(undefined);
  const once = {
    key,
    asked: createHash("sha256")
      .update(canonicalJson(asked as Json))
      .digest("hex"),
  };
  const answered = await store.answered(key);
  if (answered === undefined) return act(once);
  if (answered.asked === once.asked) return again(answered);
  throw new FlotillaError("CONFLICT", "this idempotency key was used for another request", {
    mend: "make a new key for each thing that is asked",
  });
}
