import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { EngineApi } from "../../src/platforms/docker/engine-api.ts";
import { tarOf, type TarEntry } from "../../src/platforms/task-api/tar.ts";
import { pythonImage } from "../engines/python-image.ts";

/** What images with packages begin with: that of the tests, and the `pip` of this machine's Python. */
export const pipImage = "flotilla.test/pip:1";

/** Makes it, unless the engine has it. */
export async function makePipImage(host: string): Promise<void> {
  const engine = new EngineApi(host);
  if ((await engine.ask("GET", `/images/${pipImage}/json`)).status === 200) return;
  const folder = pythonSays("import os, pip; print(os.path.dirname(pip.__file__))");
  const dockerfile = `FROM ${pythonImage}\nCOPY pip /usr/lib/python3/dist-packages/pip\n`;
  const entries = [fileOf("Dockerfile", Buffer.from(dockerfile)), ...sourcesIn(folder)];
  const answer = await engine.exchange("POST", `/build?t=${pipImage}&forcerm=1`, {
    headers: { "content-type": "application/x-tar" },
    content: tarOf(entries),
    signal: AbortSignal.timeout(120_000),
  });
  const told = await text(answer.content);
  if (!told.includes("Successfully built")) throw new Error(`${pipImage} cannot be made: ${told.slice(-2000)}`);
}

/** A wheel of one module, which yields its own version. */
export function wheelOf(name: string, version: string): Buffer {
  const program = `
import base64, io, sys, zipfile
name, version = sys.argv[1:]
info = f"{name}-{version}.dist-info"
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as wheel:
    wheel.writestr(f"{name}.py", f"VERSION = {version!r}\\n")
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")
print(base64.b64encode(archive.getvalue()).decode())
`;
  return Buffer.from(pythonSays(program, name, version), "base64");
}

function pythonSays(program: string, ...args: string[]): string {
  return execFileSync("python3", ["-c", program, ...args], { encoding: "utf8" }).trim();
}

function sourcesIn(folder: string): TarEntry[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"),
  );
  return files.map((file) => {
    const path = join(file.parentPath, file.name);
    return fileOf(`pip/${relative(folder, path)}`, readFileSync(path));
  });
}

function fileOf(path: string, content: Buffer): TarEntry {
  return { path, bytes: content.length, read: () => Promise.resolve(content) };
}
