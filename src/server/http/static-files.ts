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

interface StaticFile {
  readonly path: string;
  readonly extension: string;
  /** Its name holds a hash of what it is, so it never changes. */
  readonly isPinned: boolean;
  /** In which forms it lies beside itself. */
  readonly compressed: readonly Encoding[];
  etag?: string;
  readonly forms: Map<string, Uint8Array<ArrayBuffer>>;
}

/** How a file is named that holds another one compressed. */
const suffixes = { br: ".br", gzip: ".gz" } as const;
type Encoding = keyof typeof suffixes;
const encodings = Object.keys(suffixes) as Encoding[];

/**
 * The files of the dashboard, found once: an address is looked up in this list and never becomes a path. Each is read when it
 * is asked for first; what the build has put beside it compressed is sent as it is, and has no address of its own.
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
  const paths = list(folder);
  const all = new Set(paths);
  const isOfAnother = (path: string): boolean =>
    Object.values(suffixes).some((suffix) => path.endsWith(suffix) && all.has(path.slice(0, -suffix.length)));
  return paths
    .filter((path) => !isOfAnother(path))
    .map((path) => {
      const compressed = encodings.filter((encoding) => all.has(path + suffixes[encoding]));
      const address = `/${relative(folder, path).split(sep).join("/")}`;
      const isPinned = address.startsWith("/assets/");
      return [address, { path, extension: extname(path), isPinned, compressed, forms: new Map() }];
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

function read(file: StaticFile, encoding: Encoding | undefined): Uint8Array<ArrayBuffer> {
  const plain = file.forms.get("") ?? new Uint8Array(readFileSync(file.path));
  file.forms.set("", plain);
  file.etag ??= createHash("sha256").update(plain).digest("base64url").slice(0, 22);
  if (encoding === undefined) return plain;
  const known = file.forms.get(encoding);
  if (known !== undefined) return known;
  const compressed = new Uint8Array(
    file.compressed.includes(encoding) ? readFileSync(file.path + suffixes[encoding]) : compress(plain, encoding),
  );
  file.forms.set(encoding, compressed);
  return compressed;
}

/** Files that did not come from our build. Once per file and process. */
function compress(bytes: Uint8Array, encoding: Encoding): Buffer {
  return encoding === "br" ? compressWell(bytes) : gzipSync(bytes, { level: 9 });
}

/** Quality 9 costs about 50 ms for a bundle of 500 kB, 11 more than a second. */
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
