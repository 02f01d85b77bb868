import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** Below this a compressed answer is no quicker. */
const leastBytes = 1024;

export interface Body {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Text as the caller takes it: compressed when that is worth it. Nothing that the caller chose stands beside a secret in it. */
export async function compress(text: string | Uint8Array, acceptEncoding: string | undefined): Promise<Body> {
  const bytes = Buffer.from(text);
  const vary = { vary: "accept-encoding" };
  const encoding = bytes.length < leastBytes ? undefined : chooseEncoding(acceptEncoding);
  if (encoding === undefined) return { bytes, headers: vary };
  const compressed =
    encoding === "br"
      ? // Quality 4 takes as long as gzip, and is a fifth smaller.
        await compressBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
      : await compressGzip(bytes);
  return { bytes: compressed, headers: { ...vary, "content-encoding": encoding } };
}

/** Brotli before gzip; an encoding with `q=0` is one that the caller cannot read. */
export function chooseEncoding(accept: string | undefined): "br" | "gzip" | undefined {
  const offered = new Set(
    (accept ?? "")
      .toLowerCase()
      .split(",")
      .map((part) => part.trim())
      .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
      .map((part) => part.split(";", 1)[0]!.trim()),
  );
  return (["br", "gzip"] as const).find((encoding) => offered.has(encoding));
}
