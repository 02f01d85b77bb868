import { readFileSync } from "node:fs";
import { FlotillaError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";

/** Throws `PARAM_INVALID` when the file holds no JSON object. */
export function readParams(file: string): Readonly<Record<string, Json>> {
  try {
    const params = JSON.parse(readFileSync(file, "utf8").replace(/^\ufeff/, "")) as Json;
    if (typeof params !== "object" || params === null || Array.isArray(params)) throw new Error("it holds no object");
    return params as Readonly<Record<string, Json>>;
  } catch (cause) {
    throw new FlotillaError(
      "PARAM_INVALID",
      `the parameters in ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
        place: { file },
        mend: 'write a JSON object: { "name": value }',
      },
    );
  }
}
