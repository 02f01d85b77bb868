import type { IncomingMessage } from "node:http";
import type { Json } from "../../core/json.ts";
import { FlotillaError } from "../../core/errors.ts";
import { bodyTooLarge, limits, malformed } from "./request-guard.ts";
import { parseStrictJson } from "./strict-json.ts";

/** The body as JSON. Throws `CONTENT_TYPE`, `REQUEST_TOO_LARGE` or `REQUEST_MALFORMED`. */
export async function readJsonBody(incoming: IncomingMessage): Promise<Json> {
  const { "content-type": type = "", "content-encoding": encoding } = incoming.headers;
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type) || encoding !== undefined)
    throw new FlotillaError("CONTENT_TYPE", "the body must be JSON, in UTF-8 and not compressed", {
      mend: "send it with the header content-type: application/json",
    });
  return parseStrictJson(decodeUtf8(await readBytes(incoming)));
}

/** Stops at the limit, however much more is to come. */
async function readBytes(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > limits.bodyBytes) throw bodyTooLarge();
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw error instanceof FlotillaError ? error : malformed("the body ended before it was complete");
  }
  return Buffer.concat(chunks);
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw malformed("the body is not UTF-8");
  }
}
