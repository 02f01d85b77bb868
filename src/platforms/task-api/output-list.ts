import { isInnerPath } from "../../artifacts/tree.ts";
import type { StoredBlob } from "../../artifacts/artifact-store.ts";
import { isDigest } from "../../core/ids.ts";
import type { Digest } from "../../core/ids.ts";
import type { TaskError } from "../../core/evidence.ts";
import { isRecord } from "../local/exit-record.ts";
import { malformed, tooLarge } from "./refusal.ts";

/** What lies in the output folder of an attempt; links were followed where it lies. */
export type OutputEntry =
  | {
      readonly path: string;
      readonly type: "file";
      readonly digest: Digest;
      readonly bytes: number;
      readonly executable: boolean;
    }
  | { readonly path: string; readonly type: "folder" }
  /** It cannot be taken, and why. */
  | { readonly path: string; readonly type: "refused"; readonly why: string };

export interface OutputList {
  readonly entries: readonly OutputEntry[];
  /** Each content once. */
  readonly contents: ReadonlyMap<Digest, StoredBlob>;
}

/** What an attempt may hand in. */
export interface OutputLimits {
  readonly files: number;
  readonly bytes: number;
}

const longestPath = 4096;

/**
 * An untrusted list, checked.
 * @throws Refusal 400, 413
 */
export function parseOutputList(text: string, limits: OutputLimits): OutputList {
  const value = parse(text);
  if (!isRecord(value) || !Array.isArray(value["entries"])) throw malformed("a list of outputs has entries");
  const told: readonly unknown[] = value["entries"];
  if (told.length > limits.files) throw tooLarge(`an attempt may hand in ${limits.files} files and folders`);
  const entries = told.map(parseEntry);
  if (new Set(entries.map(({ path }) => path)).size < entries.length) throw malformed("two outputs have one path");
  const contents = new Map<Digest, StoredBlob>();
  let bytes = 0;
  for (const entry of entries) {
    if (entry.type !== "file") continue;
    bytes += entry.bytes;
    if ((contents.get(entry.digest)?.bytes ?? entry.bytes) !== entry.bytes)
      throw malformed("one digest has two lengths");
    contents.set(entry.digest, { digest: entry.digest, bytes: entry.bytes });
  }
  if (bytes > limits.bytes) throw tooLarge(`an attempt may hand in ${limits.bytes} bytes of outputs`);
  return { entries, contents };
}

/** The first entry that cannot be taken, as what the attempt failed with. */
export function refusedOutput({ entries }: OutputList): TaskError | undefined {
  const refused = entries.find((entry) => entry.type === "refused");
  return refused && { type: "OUTPUT_INVALID", message: `the outputs cannot be kept: ${refused.path} ${refused.why}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("the list of outputs is no JSON");
  }
}

function parseEntry(value: unknown): OutputEntry {
  const { path, type, digest, bytes, executable, why } = isRecord(value) ? value : {};
  if (typeof path !== "string" || path.length > longestPath || !isInnerPath(path))
    throw malformed("an output without a path");
  if (type === "folder") return { path, type };
  if (type === "refused" && typeof why === "string") return { path, type, why: why.slice(0, longestPath) };
  const isFile = type === "file" && typeof digest === "string" && isDigest(digest) && typeof bytes === "number";
  if (!isFile || !Number.isSafeInteger(bytes) || bytes < 0) throw malformed(`the output ${path} is not told in full`);
  return { path, type, digest, bytes, executable: executable === true };
}
