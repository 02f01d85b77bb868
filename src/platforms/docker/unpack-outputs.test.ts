import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { unpackOutputs } from "./unpack-outputs.ts";

const wasAt = "/flotilla/attempt/outputs";
const limits = { files: 20, bytes: 10_000 };

/** The folder `outputs` as an archive that Python writes: whatever somebody may have put there. */
function archiveOf(script: string): Buffer {
  const whole = `
import io, sys, tarfile
archive = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT)
def add(name, kind=tarfile.REGTYPE, content=b"", to="", mode=0o644):
    member = tarfile.TarInfo(name)
    member.type, member.size, member.linkname, member.mode = kind, len(content), to, mode
    archive.addfile(member, io.BytesIO(content))
FILE, FOLDER, LINK, HARD = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
add("outputs/", FOLDER)
${script}
archive.close()`;
  return execFileSync("python3", ["-c", whole]);
}

/** Unpacks into a folder beside which something lies that is not to be touched. */
async function unpacked(script: string): Promise<{ target: string; around: string }> {
  const around = temporaryFolder();
  writeFileSync(join(around, "secret"), "secret");
  mkdirSync(join(around, "outside"));
  const target = join(around, "outputs");
  const unpacking = unpackOutputs(Readable.from([archiveOf(script)]), target, { wasAt, limits });
  try {
    await unpacking;
  } finally {
    expect(readdirSync(around).toSorted()).toEqual(["outputs", "outside", "secret"]);
    expect(readdirSync(join(around, "outside"))).toEqual([]);
    expect(readFileSync(join(around, "secret"), "utf8")).toBe("secret");
  }
  return { target, around };
}

describe("outputs out of a container", () => {
  it("are what they were there", async () => {
    const { target } = await unpacked(`
add("outputs/a/b", content=b"1", mode=0o6755); add("outputs/closed/", FOLDER, mode=0); add("outputs/closed/c", content=b"2")
add("outputs/same", HARD, to="outputs/a/b"); add("outputs/link", LINK, to="a/b"); add("outputs/far", LINK, to="${wasAt}/closed")`);
    expect(readFileSync(join(target, "link"), "utf8")).toBe("1");
    expect(readFileSync(join(target, "far/c"), "utf8")).toBe("2");
    expect(statSync(join(target, "a/b")).mode & 0o7777).toBe(0o755);
    expect(statSync(join(target, "same")).ino).not.toBe(statSync(join(target, "a/b")).ino);
  });

  it("are none where something else is in the place of the folder", async () => {
    const archive = execFileSync("python3", [
      "-c",
      `import sys, tarfile; a = tarfile.open(fileobj=sys.stdout.buffer, mode="w|")
m = tarfile.TarInfo("outputs"); m.type = tarfile.SYMTYPE; m.linkname = "/etc"; a.addfile(m); a.close()`,
    ]);
    const target = join(temporaryFolder(), "outputs");
    await unpackOutputs(Readable.from([archive]), target, { wasAt, limits });
    expect(existsSync(target)).toBe(false);
  });

  it.each<[string, string, RegExp]>([
    ["a path that leads out", `add("outputs/../secret", content=b"x")`, /leads out/],
    ["a path that begins at the root", `add("outputs//etc/x", content=b"x")`, /leads out/],
    ["a link that leads out", `add("outputs/l", LINK, to="../secret")`, /leads out of its folder, to \.\.\/secret/],
    [
      "a link to somewhere in the system",
      `add("outputs/l", LINK, to="/etc/passwd")`,
      /leads out of its folder, to \/etc/,
    ],
    [
      "a link out of the folder that the path pretends to be in",
      `add("outputs/l", LINK, to="${wasAt}/../x")`,
      /leads out/,
    ],
    [
      "a link through which something is written",
      `add("outputs/d", LINK, to="."); add("outputs/d/x", content=b"x"); add("outputs/d/y", LINK, to="x")`,
      /cannot be where|lies below a link/,
    ],
    [
      "links that lead out together",
      `add("outputs/deep/", FOLDER); add("outputs/deep/b", LINK, to=".."); add("outputs/a", LINK, to="deep/b/../..")
add("outputs/a/outside/evil", LINK, to="x")`,
      /lies below a link/,
    ],
    ["a hard link that leads out", `add("outputs/h", HARD, to="outputs/../secret")`, /leads out/],
    ["a hard link to what is not there", `add("outputs/h", HARD, to="outputs/none")`, /link to nothing/],
    [
      "a hard link to a link",
      `add("outputs/l", LINK, to="x"); add("outputs/h", HARD, to="outputs/l")`,
      /link to nothing/,
    ],
    ["a device", `add("outputs/dev", tarfile.CHRTYPE)`, /neither a file nor a folder/],
    ["a name twice", `add("outputs/a", content=b"1"); add("outputs/a", content=b"2")`, /cannot be where/],
    [
      "a file in the place of a folder",
      `add("outputs/a", content=b"1"); add("outputs/a/b", content=b"2")`,
      /cannot be where/,
    ],
    ["too many files", `for i in range(30): add("outputs/%d" % i)`, /20 files/],
    [
      "too many bytes, told before they come",
      `big = tarfile.TarInfo("outputs/big"); big.size = 10 ** 12; archive.fileobj.write(big.tobuf(tarfile.GNU_FORMAT))`,
      /10000 bytes/,
    ],
    ["a name that is not UTF-8", `add("outputs/\\udcff", content=b"x")`, /not UTF-8/],
  ])("are refused with %s, and nothing is written elsewhere", async (_, script, message) => {
    await expect(unpacked(script)).rejects.toMatchObject({
      code: "OUTPUT_INVALID",
      message: expect.stringMatching(message),
    });
  });

  it("may hold links in a circle, which is for whoever follows them", async () => {
    const { target } = await unpacked(`add("outputs/a", LINK, to="b"); add("outputs/b", LINK, to="a")`);
    expect(lstatSync(join(target, "a")).isSymbolicLink()).toBe(true);
  });
});
