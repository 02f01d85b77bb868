import type { z } from "zod";
import { FlotillaError } from "../core/errors.ts";

/** Where the next page begins, as a text that means nothing to whoever keeps it. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** The place in a cursor, checked like anything else that comes from outside. Throws `USAGE`. */
export function decodeCursor<T>(cursor: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch (cause) {
    throw new FlotillaError("USAGE", "after: this is no place that a page before has named", {
      cause,
      place: { name: "after" },
      mend: "take it from `next` of the page before, or leave it out",
    });
  }
}
