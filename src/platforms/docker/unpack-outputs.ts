import { createWriteStream, lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { diskError, errnoOf } from "../../artifacts/disk-errors.ts";
import { breathe } from "../../artifacts/limited.ts";
import { readTar, type TarMember } from "../../artifacts/read-tar.ts";
import { isInnerPath } from "../../artifacts/tree.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { OutputLimits } from "../task-api/output-list.ts";

export interface UnpackOptions {
  /** Where the folder of the archive was: what links in it begin with that lead nowhere else. */
  readonly wasAt: string;
  readonly limits: OutputLimits;
}

/**
 * Makes `target`, which must not exist, what the folder was that the archive is of. Nothing that is in the archive is believed: what
 * is written lies below `target`, and links are made last, so that nothing is written through one.
 * @throws FlotillaError `OUTPUT_INVALID` for what cannot be taken, `DISK_FULL`, `PROJECT_NOT_WRITABLE`; what reading the archive throws
 */
export async function unpackOutputs(
  archive: AsyncIterable<Uint8Array>,
  target: string,
  { wasAt, limits }: UnpackOptions,
): Promise<void> {
  const links: { readonly path: string; readonly target: string }[] = [];
  let [files, bytes] = [0, 0];
  for await (const member of readTar(archive)) {
    if (++files % 200 === 0) await breathe();
    bytes += member.bytes;
    if (files > limits.files) throw invalid(`a task may write ${limits.files} files and folders as outputs`);
    if (bytes > limits.bytes) throw invalid(`a task may write ${limits.bytes} bytes of outputs`);
    const path = innerPath(member.path);
    if (member.type === "link") {
      // In the place of the folder itself there is nothing to look into.
      if (path !== "") links.push({ path, target: innerTarget(path, member.target, wasAt) });
    } else await asWritable(path, target, () => place(member, path, target));
  }
  const linked = new Set(links.map(({ path }) => path));
  for (const link of links) {
    const at = join(target, link.path);
    if (foldersAbove(link.path).some((path) => linked.has(path))) throw invalid(`${link.path} lies below a link`);
    await asWritable(link.path, target, async () => {
      mkdirSync(dirname(at), { recursive: true });
      symlinkSync(link.target, at);
    });
  }
}

function foldersAbove(path: string): string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join("/"));
}

async function place({ type, target: of, mode, content }: TarMember, path: string, root: string): Promise<void> {
  const at = join(root, path);
  if (type === "folder") return void mkdirSync(at, { recursive: true });
  if (path === "" || type === "other") throw invalid(`${path} is neither a file nor a folder`);
  mkdirSync(dirname(at), { recursive: true });
  if (type === "file")
    return pipeline(content, createWriteStream(at, { flags: "wx", mode: (mode & 0o111) === 0 ? 0o644 : 0o755 }));
  const first = join(root, innerPath(of));
  if (lstatSync(first, { throwIfNoEntry: false })?.isFile() !== true) throw invalid(`${path} is a link to nothing`);
  await copyFile(first, at);
}

/** Without the name of the folder that all of them lie in. */
function innerPath(told: string): string {
  const path = told.replace(/\/$/, "").split("/").slice(1).join("/");
  if (path.includes("\ufffd")) throw invalid(`the name ${JSON.stringify(path)} is not UTF-8`);
  if (path !== "" && !isInnerPath(path))
    throw invalid(`the archive has a path that leads out: ${JSON.stringify(told)}`);
  return path;
}

/** What a link leads to, as seen from where it lies. That it leads through other links is looked at when it is followed. */
function innerTarget(path: string, told: string, wasAt: string): string {
  const from = posix.dirname(path);
  const target = told.startsWith(`${wasAt}/`) ? posix.relative(from, told.slice(wasAt.length + 1)) : told;
  const leadsTo = posix.join(from, target);
  if (posix.isAbsolute(target) || leadsTo === ".." || leadsTo.startsWith("../"))
    throw invalid(`the link ${path} leads out of its folder, to ${told}`);
  return target;
}

/** What the disk refuses for the archive's sake is the archive's fault: a name twice, a file as a folder. */
async function asWritable(path: string, root: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (thrown) {
    if (["EEXIST", "ENOTDIR", "EISDIR", "ENAMETOOLONG", "ELOOP"].includes(errnoOf(thrown) ?? ""))
      throw invalid(`${path} cannot be where it is said to be`);
    throw diskError(thrown, root);
  }
}

function invalid(message: string): FlotillaError {
  return new FlotillaError("OUTPUT_INVALID", message);
}
