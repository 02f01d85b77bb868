import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { chooseEncoding } from "./json-answer.ts";

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};
/** The others are compressed already. */
const compressible = new Set([".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".txt"]);

const brotliEnding = ".br";

interface StaticFile {
  readonly path: string;
  readonly extension: string;
  /** Its name holds a hash of what it is, so it never changes. */
  readonly isPinned: boolean;
  /** The build has compressed it; `path.br` is that. */
  readonly hasBrotli: boolean;
  etag?: string;
  readonly forms: Map<string, Uint8Array<ArrayBuffer>>;
}

/**
 * The files of the dashboard, found once: an address is looked up in this list and never becomes a path. Each is read,
 * and compressed unless the build has done that, when it is asked for first.
 */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, StaticFile>;

  /** Without a folder, or with an empty one, there are none. */
  constructor(folder: string | undefined) {
    this.#files = new Map(folder === undefined ? [] : listFiles(folder));
  }

  /** The file at this address; undefined if there is none. */
  answer(address: string, { acceptEncoding, ifNoneMatch }: StaticRequest): Response | undefined {
    const file = this.#files.get(address);
    if (file === undefined) return undefined;
    const encoding = compressible.has(file.extension) ? chooseEncoding(acceptEncoding) : undefined;
    const bytes = read(file, encoding);
    const etag = `"${file.etag!}${encoding === undefined ? "" : `-${encoding}`}"`;
    const headers: Record<string, string> = {
      etag,
      vary: "accept-encoding",
      "cache-control": file.isPinned ? "public, max-age=31536000, immutable" : "no-cache",
    };
    if (ifNoneMatch === etag) return new Response(undefined, { status: 304, headers });
    headers["content-type"] = mediaTypes[file.extension] ?? "application/octet-stream";
    headers["content-length"] = String(bytes.length);
    if (encoding !== undefined) headers["content-encoding"] = encoding;
    return new Response(bytes, { headers });
  }

  /** The page that every address of the dashboard begins with. */
  page(request: StaticRequest): Response {
    return this.answer("/index.html", request) ?? notBuilt();
  }
}

export interface StaticRequest {
  readonly acceptEncoding: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

function listFiles(folder: string): [string, StaticFile][] {
  const paths = new Set(list(folder));
  const shown = [...paths].filter((path) => !path.endsWith(brotliEnding));
  return shown.map((path) => {
    const address = `/${relative(folder, path).split(sep).join("/")}`;
    const isPinned = address.startsWith("/assets/");
    const hasBrotli = paths.has(path + brotliEnding);
    return [address, { path, extension: extname(path), isPinned, hasBrotli, forms: new Map() }];
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  } catch {
    // The dashboard has not been built.
    return [];
  }
}

function read(file: StaticFile, encoding: "br" | "gzip" | undefined): Uint8Array<ArrayBuffer> {
  const plain = file.forms.get("") ?? new Uint8Array(readFileSync(file.path));
  file.forms.set("", plain);
  file.etag ??= createHash("sha256").update(plain).digest("base64url").slice(0, 22);
  if (encoding === undefined) return plain;
  const known = file.forms.get(encoding);
  if (known !== undefined) return known;
  const compressed = new Uint8Array(
    encoding === "gzip"
      ? gzipSync(plain, { level: 9 })
      : file.hasBrotli
        ? readFileSync(file.path + brotliEnding)
        : compressWell(plain),
  );
  file.forms.set(encoding, compressed);
  return compressed;
}

/** Once per file and process: quality 9 costs about 50 ms for a bundle of 500 kB, 11 more than a second. */
function compressWell(bytes: Uint8Array): Buffer {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}

function notBuilt(): Response {
  const text =
    "<!doctype html><title>Flotilla</title><p>This server has no dashboard: it was not built. See <code>/openapi.json</code> for the API.";
  return new Response(text, {
    status: 404,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}
