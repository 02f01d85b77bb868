import { mkdir, open, readdir, rename, rm, stat, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { runStateFacts } from "../../core/task-state.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { fromSections, roundUp, type Section, type SectionTexts, toSections } from "./view-sections.ts";
import { makeRunView, type RunView } from "./run-view.ts";

/** Raised when the form of the file changes: files of another format are ignored. */
const format = 1;
const magic = "flotilla view\n";
const preludeBytes = 32;

/** So many are kept, and so many bytes of them; the oldest go first. */
const mostFiles = 40;
const mostBytes = 1024 * 1024 * 1024;

interface Header {
  readonly format: number;
  readonly run: string;
  readonly version: number;
  readonly planHash: string;
  readonly texts: SectionTexts;
  readonly sections: readonly { readonly name: string; readonly type: Section["type"]; readonly bytes: number }[];
}

/**
 * Views of ended runs, each in a file: a prelude (magic, length of the header, checksum), a header of JSON, and the columns as
 * they are in memory, each from a multiple of 8. A file that is damaged, of another format or of another version of the run is
 * as good as none. 1,000,000 tasks: 36 MB, opened with
 * 0.1 s of processor time; with all attempts 82 MB and 0.25 s.
 */
export class ViewFiles {
  readonly #folder: string;
  readonly #writing = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(store: Store, row: RunRow): Promise<RunView | undefined> {
    if (!runStateFacts[row.state].ended) return undefined;
    const found = await readSections(this.#pathOf(row)).catch(() => undefined);
    if (found === undefined) return undefined;
    const { header, bytes } = found;
    if (header.format !== format || header.run !== row.id || header.version !== row.version) return undefined;
    if (header.planHash !== row.planHash) return undefined;
    const plan = await store.getPlan(row.planHash);
    if (plan === undefined) return undefined;
    const view = makeRunView(row, plan);
    return fromSections(view, header.texts, header.sections, bytes) ? view : undefined;
  }

  /** In the background: a view that cannot be written is read from the store again, and that is all. */
  write(view: RunView): void {
    const path = this.#pathOf(view.run);
    const { texts, sections } = toSections(view);
    const { id: run, version, planHash } = view.run;
    const header = { format, run, version, planHash, texts, sections: sections.map(describe) } satisfies Header;
    // Copied at once, because the view goes on.
    const content = assemble(header, sections);
    const before = this.#writing.get(path) ?? Promise.resolve();
    const writing = before.then(() => this.#writeNow(path, content)).catch(() => undefined);
    this.#writing.set(path, writing);
    void writing.then(() => (this.#writing.get(path) === writing ? this.#writing.delete(path) : undefined));
  }

  async close(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  #pathOf(run: RunRow): string {
    return join(this.#folder, `${run.id}.view`);
  }

  async #writeNow(path: string, content: readonly Uint8Array[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const draft = `${path}.${process.pid}.draft`;
    try {
      await writeFile(draft, content);
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await this.#removeOld();
  }

  async #removeOld(): Promise<void> {
    const names = await readdir(this.#folder);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const facts = await stat(path).catch(() => undefined);
        return { path, at: facts?.mtimeMs ?? 0, bytes: facts?.size ?? 0 };
      }),
    );
    let bytes = 0;
    for (const [index, file] of files.toSorted((a, b) => b.at - a.at).entries()) {
      bytes += file.bytes;
      if (index >= mostFiles || bytes > mostBytes) await rm(file.path, { force: true });
    }
  }
}

function describe({ name, type, data }: Section): Header["sections"][number] {
  return { name, type, bytes: data.byteLength };
}

function assemble(header: Header, sections: readonly Section[]): Uint8Array[] {
  const json = Buffer.from(JSON.stringify(header));
  const parts: Uint8Array[] = [padded(json)];
  for (const { data } of sections) parts.push(padded(Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
  const prelude = Buffer.alloc(preludeBytes);
  prelude.write(magic);
  prelude.writeUInt32LE(json.length, 20);
  prelude.writeUInt32LE(checksum(parts), 24);
  return [prelude, ...parts];
}

function padded(bytes: Buffer): Buffer {
  const whole = Buffer.alloc(roundUp(bytes.length));
  bytes.copy(whole);
  return whole;
}

function checksum(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => crc32(part, sum), 0);
}

/** The header, and all bytes behind it; undefined if it is not whole. Rejects when there is no such file. */
async function readSections(path: string): Promise<{ header: Header; bytes: ArrayBuffer } | undefined> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const prelude = Buffer.from(await readBytes(file, preludeBytes, 0));
    if (prelude.toString("latin1", 0, magic.length) !== magic) return undefined;
    const rest = await readBytes(file, size - preludeBytes, preludeBytes);
    if (checksum([new Uint8Array(rest)]) !== prelude.readUInt32LE(24)) return undefined;
    const length = prelude.readUInt32LE(20);
    const header = JSON.parse(Buffer.from(rest, 0, length).toString("utf8")) as Header;
    return { header, bytes: rest.slice(roundUp(length)) };
  } finally {
    await file.close();
  }
}

async function readBytes(file: FileHandle, length: number, from: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, from + read);
    if (bytesRead === 0) throw new Error("the file ends too early");
    read += bytesRead;
  }
  return bytes.buffer;
}
