import * as z from "zod";
import { FlotillaError } from "../../core/errors.ts";
import type { Place } from "./task-order.ts";

const parts = z.tuple([z.union([z.number(), z.string(), z.null()]), z.number().int(), z.number().int()]);

/** Where the next page begins, as text. */
export function formatCursor({ value, step, task }: Place): string {
  return Buffer.from(JSON.stringify([value ?? null, step, task])).toString("base64url");
}

/** Throws `USAGE` for a text that is none. */
export function parseCursor(text: string): Place {
  try {
    const [value, step, task] = parts.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    return { value: value ?? undefined, step, task };
  } catch (cause) {
    throw new FlotillaError("USAGE", "`after` is not the cursor of a page", {
      cause,
      place: { name: "after" },
      mend: "take it from the page before, or leave it out for the first page",
    });
  }
}
