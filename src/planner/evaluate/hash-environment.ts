import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { includedRequirements } from "../../core/requirements.ts";

/**
 * The name by content of a venv: the interpreter asked for, and every file that says what goes into it. Requirements
 * count with what they include (`-r`, `-c`), a lock with its `pyproject.toml`. Throws the file system's error for a file that is not there.
 */
export function hashEnvironment(
  python: string,
  source: "requirements" | "pyproject" | "uv.lock",
  file: string,
): string {
  const texts = new Map<string, string>();
  if (source === "requirements") readRequirements(file, texts, basename(file));
  else texts.set(source, readFileSync(file, "utf8"));
  if (source === "uv.lock") texts.set("pyproject", readFileSync(join(dirname(file), "pyproject.toml"), "utf8"));
  return createHash("sha256")
    .update(JSON.stringify([python, source, ...texts]))
    .digest("hex")
    .slice(0, 24);
}

/** `name` is how the file is spoken of where it is included: equal projects in different folders have equal hashes. */
function readRequirements(file: string, texts: Map<string, string>, name: string): void {
  if (texts.has(name)) return;
  const text = readFileSync(file, "utf8");
  texts.set(name, text);
  for (const included of includedRequirements(text))
    readRequirements(join(dirname(file), included), texts, join(dirname(name), included));
}
