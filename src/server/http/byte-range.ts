import { FlotillaError } from "../../core/errors.ts";
import type { ByteRange } from "../content/content.ts";

/**
 * What a `Range` header asks of content of this size (RFC 9110, 14.2). Undefined: the whole, also where it asks for several
 * ranges or in another unit, which a server need not understand. Throws `RANGE_INVALID` for one behind the end.
 */
export function readRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  const range =
    first === ""
      ? { from: Math.max(0, bytes - Number(last)), to: bytes }
      : { from: Number(first), to: last === "" ? bytes : Math.min(bytes, Number(last) + 1) };
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (range.from >= range.to)
    throw new FlotillaError("RANGE_INVALID", `there are ${bytes} bytes`, { place: { name: "range" } });
  return range;
}
