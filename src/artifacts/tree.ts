import { FlotillaError } from "../core/errors.ts";
import { isDigest } from "../core/ids.ts";
import type { Digest } from "../core/ids.ts";
import { canonicalJson } from "../core/json.ts";
import type { Json } from "../core/json.ts";
import type { Tree, TreeEntry } from "./artifact-store.ts";

/** No folder holds more files and folders than this; an endless one must not fill the disk with its list. */
export const maxTreeEntries = 1_000_000;

/** The tree as the bytes that are stored: entries by code point of their path, canonical JSON. */
export function treeBytes(entries: readonly TreeEntry[]): Buffer {
  const sorted = entries.toSorted((a, b) => compareCodePoints(a.path, b.path));
  return Buffer.from(canonicalJson({ type: "tree", entries: sorted } as unknown as Json));
}

/** How every stored tree begins; tells trees from other blobs without parsing each. */
export const treePrefix = Buffer.from('{"entries":[');

/** A stored tree, checked: a blob is bytes from a task, so nothing in it is believed. Undefined if it is not a tree. */
export function parseTree(content: Buffer): Tree | undefined {
  if (!content.subarray(0, treePrefix.length).equals(treePrefix)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(content.toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value["type"] !== "tree" || !Array.isArray(value["entries"])) return undefined;
  const entries = value["entries"] as unknown[];
  return entries.length <= maxTreeEntries && entries.every(isEntry) ? { type: "tree", entries } : undefined;
}

export function requireTree(content: Buffer, digest: Digest): Tree {
  const tree = parseTree(content);
  if (tree) return tree;
  throw new FlotillaError("BLOB_DAMAGED", `${digest} is not a folder, though something refers to it as one`, {
    place: { name: digest },
  });
}

function isEntry(value: unknown): value is TreeEntry {
  if (!isRecord(value) || typeof value["path"] !== "string" || !isInnerPath(value["path"])) return false;
  if (value["type"] === "folder") return true;
  if (value["type"] !== "file" || typeof value["digest"] !== "string" || typeof value["bytes"] !== "number")
    return false;
  return isDigest(value["digest"]) && (value["executable"] === undefined || value["executable"] === true);
}

/** Whether a path stays below the folder it is joined to. */
export function isInnerPath(path: string): boolean {
  if (path === "" || path.includes("\0")) return false;
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JavaScript compares UTF-16 units, which puts emoji before the last letters of the basic plane; other languages do not. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return surrogatesLast(left) - surrogatesLast(right);
  }
  return a.length - b.length;
}

/** Units of surrogate pairs moved above all others, which is the order of code points. */
function surrogatesLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
