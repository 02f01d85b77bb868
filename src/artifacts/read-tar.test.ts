import { execFileSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTar } from "./read-tar.ts";

/** As Python writes it: files, a folder, links, in the order given. */
function written(format: string, script: string): Buffer {
  const whole = `
import io, sys, tarfile
archive = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.${format})
def add(name, kind=tarfile.REGTYPE, content=b"", to="", mode=0o644):
    member = tarfile.TarInfo(name)
    member.type, member.size, member.linkname, member.mode = kind, len(content), to, mode
    archive.addfile(member, io.BytesIO(content))
${script}
archive.close()`;
  return execFileSync("python3", ["-c", whole]);
}

/** In pieces as a network might make them. */
function* pieces(whole: Buffer, length: number): Generator<Uint8Array> {
  for (let at = 0; at < whole.length; at += length) yield whole.subarray(at, at + length);
}

async function membersOf(archive: Buffer, length = 1000): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { content, ...member } of readTar(Readable.from(pieces(archive, length))))
    found.push({ ...member, text: await text(Readable.from(content)) });
  return found;
}

describe("the members of an archive", () => {
  it.each(["PAX_FORMAT", "GNU_FORMAT", "USTAR_FORMAT"])("are read as they were written (%s)", async (format) => {
    const long = `${"deep/".repeat(24)}name`;
    const archive = written(
      format,
      `add("a", content=b"one"); add("d/", tarfile.DIRTYPE, mode=0o755); add("l", tarfile.SYMTYPE, to="../x")
add("h", tarfile.LNKTYPE, to="a"); add("${long}", content=b"x" * 513, mode=0o4755); add("f", tarfile.FIFOTYPE)`,
    );
    const [a, d, l, h, far, f] = await membersOf(archive);
    expect(a).toMatchObject({ path: "a", type: "file", text: "one", mode: 0o644 });
    expect(d).toMatchObject({ path: expect.stringMatching(/^d\/?$/), type: "folder", mode: 0o755 });
    expect(l).toMatchObject({ type: "link", target: "../x" });
    expect(h).toMatchObject({ type: "hardLink", target: "a" });
    expect(far).toMatchObject({ path: long, text: "x".repeat(513), mode: 0o755 });
    expect(f).toMatchObject({ type: "other" });
  });

  it.each(["PAX_FORMAT", "GNU_FORMAT"])("have names of any length and letters (%s)", async (format) => {
    const name = `${"ünï/".repeat(100)}日本`;
    expect(await membersOf(written(format, `add("${name}", content=b"1"); add("b")`))).toMatchObject([
      { path: name, text: "1" },
      { path: "b", text: "" },
    ]);
  });

  it("are the same however the network cuts them, and whether they are read or passed over", async () => {
    const archive = written(
      "PAX_FORMAT",
      `add("${"n".repeat(300)}", content=b"1" * 2000); add("b", content=b"2" * 600)`,
    );
    const whole = await membersOf(archive);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3000 }), async (length) => {
        expect(await membersOf(archive, length)).toEqual(whole);
        const paths: string[] = [];
        for await (const { path } of readTar(Readable.from(pieces(archive, length)))) paths.push(path);
        expect(paths).toEqual(["n".repeat(300), "b"]);
      }),
      { numRuns: 20 },
    );
  });

  it.each<[string, () => Buffer, object]>([
    ["a name without an end", () => header("x", 2 ** 21), { code: "BLOB_DAMAGED" }],
    ["a length that is none", () => header("0", Number.MAX_SAFE_INTEGER * 4), { code: "BLOB_DAMAGED" }],
    ["half of a file", () => header("0", 10), { message: expect.stringContaining("missing at the end") }],
  ])("end with an error at %s", async (_, archive, expected) => {
    await expect(membersOf(archive())).rejects.toMatchObject(expected);
  });
});

/** One that says so many bytes follow, in binary. */
function header(type: string, bytes: number): Buffer {
  const block = Buffer.alloc(512);
  block.write("name", 0);
  block[124] = 0x80;
  block.writeBigUInt64BE(BigInt(bytes), 128);
  block.write(type, 156);
  return block;
}
