import type { ResponseOf } from "../../api/operations.ts";
import { assertNever } from "../../core/errors.ts";
import { findOutput, type FoundOutput } from "../content/find-output.ts";
import { mediaTypeOf } from "../content/media-types.ts";
import { readPart } from "../content/open-artifact.ts";
import { previewTable } from "../content/preview-table.ts";
import type { Service, ServiceContext } from "./service.ts";

type Preview = ResponseOf<"previewArtifact">;

const mostFiles = 1_000;
const textBytes = 64 * 1024;
/** A hundred rows may be long. */
const tableBytes = 256 * 1024;
const binaryBytes = 512;

/** The beginning of an artifact, as what it is. Reads no more than is shown. */
export const previewArtifact: Service<"previewArtifact"> = async (context, request) => {
  const found = await findOutput(context, request);
  switch (found.type) {
    case "folder":
      return previewFolder(found);
    case "value":
      return previewText(Buffer.from(found.json), Buffer.byteLength(found.json));
    case "file":
      return previewFile(context, found);
    default:
      return assertNever(found);
  }
};

function previewFolder({ entries }: Extract<FoundOutput, { type: "folder" }>): Preview {
  const files = entries
    .slice(0, mostFiles)
    .map((entry) =>
      entry.type === "file" ? { path: entry.path, bytes: entry.bytes } : { path: `${entry.path}/`, bytes: 0 },
    );
  return { type: "folder", files, total: entries.length };
}

async function previewFile(
  context: ServiceContext,
  { name, digest, bytes }: Extract<FoundOutput, { type: "file" }>,
): Promise<Preview> {
  const head = await readPart(context, digest, Math.min(bytes, tableBytes));
  const { kind, mediaType } = mediaTypeOf(name, head.subarray(0, textBytes));
  switch (kind) {
    case "image":
      return { type: "image", mediaType, bytes };
    case "page":
      return { type: "page", bytes };
    case "binary":
      return { type: "binary", bytes, firstBytes: head.toString("hex", 0, binaryBytes) };
    case "table":
      return previewTable(name, head, bytes) ?? previewText(head, bytes);
    case "text":
      return previewText(head, bytes);
    default:
      return assertNever(kind);
  }
}

function previewText(head: Buffer, bytes: number): Preview {
  const cut = bytes > textBytes;
  const shown = head.subarray(0, textBytes);
  return { type: "text", text: new TextDecoder().decode(shown, { stream: cut }), bytes, cut };
}
