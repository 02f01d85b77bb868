import type { Content } from "./content.ts";

/** What a file is taken for. Only its first bytes and its name are looked at. */
export interface MediaType {
  readonly mediaType: string;
  readonly shown: Content["shown"];
  readonly kind: "image" | "page" | "table" | "text" | "binary";
}

const images: readonly (readonly [type: string, fits: (head: Buffer) => boolean])[] = [
  ["image/png", (head) => head.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex"))],
  ["image/jpeg", (head) => head.subarray(0, 3).equals(Buffer.from("ffd8ff", "hex"))],
  ["image/gif", (head) => /^GIF8[79]a/.test(head.toString("latin1", 0, 6))],
  ["image/webp", (head) => head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WEBP"],
];

/** Enough to tell what a file is. */
export const headBytes = 4096;

/**
 * What a file is, by its first bytes where those decide (a name can say anything), else by the end of its name. SVG and
 * HTML can hold scripts: they are pages, never images.
 */
export function mediaTypeOf(name: string, head: Buffer): MediaType {
  const image = images.find(([, fits]) => fits(head));
  if (image !== undefined) return { mediaType: image[0], shown: "plain", kind: "image" };
  if (!isText(head)) return { mediaType: "application/octet-stream", shown: "never", kind: "binary" };
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const page = pageType(ending, head);
  if (page !== undefined) return { mediaType: page, shown: "page", kind: "page" };
  if (ending === "csv" || ending === "tsv")
    return { mediaType: "text/plain; charset=utf-8", shown: "plain", kind: "table" };
  return { mediaType: "text/plain; charset=utf-8", shown: "plain", kind: "text" };
}

function pageType(ending: string, head: Buffer): string | undefined {
  if (ending === "html" || ending === "htm" || ending === "xhtml") return "text/html; charset=utf-8";
  if (ending === "svg") return "image/svg+xml";
  const begin = head.toString("latin1", 0, 512).trimStart().toLowerCase();
  if (begin.startsWith("<!doctype html") || begin.startsWith("<html")) return "text/html; charset=utf-8";
  return /^(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)?(<!doctype svg[^>]*>\s*)?<svg[\s>]/.test(begin)
    ? "image/svg+xml"
    : undefined;
}

/** No NUL, and few bytes that are not UTF-8: a log with some broken characters is still one to be read. */
function isText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  const text = head.toString("utf8");
  let broken = 0;
  for (let at = text.indexOf("\ufffd"); at !== -1; at = text.indexOf("\ufffd", at + 1)) broken++;
  // The last character may be cut.
  return broken <= 3 + text.length / 20;
}
