import type { Json } from "../../core/json.ts";
import { malformed } from "./request-guard.ts";

/** Deeper is no request of ours, and what walks it may run out of stack. */
const mostDepth = 64;

/**
 * JSON that has one reading. Throws `REQUEST_MALFORMED` for what is not JSON, nests too deep, or names a member twice: the last of
 * two would count here, and perhaps the first one for whoever checked it before.
 */
export function parseStrictJson(text: string): Json {
  checkStructure(text);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw malformed(`the body is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Level {
  /** Of an object: the names that it has so far. */
  readonly names: Set<string> | undefined;
  expectsName: boolean;
}

/** One pass over the characters; what is not JSON at all is left to the parser. */
function checkStructure(text: string): void {
  const levels: Level[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    const level = levels.at(-1);
    if (char === '"') {
      const end = endOfString(text, i);
      checkString(text.slice(i, end + 1), level);
      i = end;
    } else if (char === "{" || char === "[") {
      if (levels.length === mostDepth) throw malformed(`the body nests deeper than ${mostDepth} levels`);
      levels.push({ names: char === "{" ? new Set() : undefined, expectsName: char === "{" });
    } else if (char === "}" || char === "]") levels.pop();
    else if (char === "," && level?.names !== undefined) level.expectsName = true;
  }
}

/** The index of the closing quotation mark, or of the last character. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return Math.min(i, text.length - 1);
}

function checkString(raw: string, level: Level | undefined): void {
  // Neither the store nor a process can be handed a NUL.
  if (/\\u0000/.test(raw)) throw malformed("the body has a NUL character");
  if (level?.names === undefined || !level.expectsName) return;
  level.expectsName = false;
  const name = readName(raw);
  if (name === "__proto__") throw malformed("the body has a member __proto__");
  if (level.names.has(name)) throw malformed(`the body has a member twice: ${name.slice(0, 100)}`);
  level.names.add(name);
}

/** Names may be written with escapes. */
function readName(raw: string): string {
  try {
    return JSON.parse(raw) as string;
  } catch {
    return raw;
  }
}
