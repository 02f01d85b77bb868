import { createHash } from "node:crypto";

/**
 * A name as one segment of a path. Plain names stay as they are; any other is escaped, so that no name leads out of the
 * folder, and shortened with a hash where the file system could not hold it.
 */
export function pathSegment(name: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.\- ]{0,99}$/u.test(name) && Buffer.byteLength(name) <= 200) return name;
  const escaped = encodeURIComponent(Buffer.from(name).toString()).replaceAll(".", "%2E");
  if (escaped !== "" && escaped.length <= 200) return escaped;
  return `${escaped.slice(0, 100)}-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}
