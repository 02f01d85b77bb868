import type { Checked } from "../../api/operations.ts";
import type { Digest } from "../../core/ids.ts";
import type { ServiceContext } from "../services/service.ts";
import type { Content } from "./content.ts";
import { findOutput } from "./find-output.ts";
import { headBytes, mediaTypeOf } from "./media-types.ts";
import { tarBytes, tarStream } from "./tar-stream.ts";

/** What a task yielded: a file, a folder as a tar file, a value as JSON. Throws what `findOutput` and the artifact store throw. */
export async function openArtifact(context: ServiceContext, request: Checked<"downloadArtifact">): Promise<Content> {
  const { artifacts } = context;
  const found = await findOutput(context, request);
  if (found.type === "value") return jsonContent(found);
  if (found.type === "folder") {
    const folder = found.name === "" ? request.output : found.name;
    return {
      name: `${folder}.tar`,
      mediaType: "application/x-tar",
      bytes: tarBytes(folder, found.entries),
      digest: undefined,
      hasRanges: false,
      shown: "never",
      open: async () => tarStream(folder, found.entries, artifacts),
    };
  }
  const { name, digest, bytes } = found;
  const { mediaType, shown } = mediaTypeOf(name, await readPart(context, digest, Math.min(bytes, headBytes)));
  return {
    name,
    mediaType,
    bytes,
    digest,
    hasRanges: true,
    shown,
    open: (range) => artifacts.get(digest, range),
  };
}

function jsonContent({ name, json }: { readonly name: string; readonly json: string }): Content {
  const bytes = Buffer.from(json);
  return {
    name,
    mediaType: "application/json",
    bytes: bytes.length,
    digest: undefined,
    hasRanges: true,
    shown: "plain",
    open: async ({ from, to } = { from: 0, to: bytes.length }) => one(bytes.subarray(from, to)),
  };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The first bytes of a blob. */
export async function readPart({ artifacts }: ServiceContext, digest: Digest, bytes: number): Promise<Buffer> {
  if (bytes === 0) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  for await (const chunk of await artifacts.get(digest, { from: 0, to: bytes })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
