// Reads what the SDK says of itself in the comments of its sources. It knows just the forms that stand there.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repository } from "./repository.mjs";

const read = (file) => readFileSync(join(repository, file), "utf8");
const comment = String.raw`/\*\*((?:(?!\*/)[\s\S])*)\*/`;

/** `{name, text}` of every value that a file of re-exports passes on; `z` and the like, from packages, without a text. */
export function exportedFrom(file) {
  const found = [];
  for (const [, names, from] of read(file).matchAll(/^export \{([^}]+)\} from "(.+)";$/gm))
    for (const name of names
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean))
      found.push({
        name,
        text: from.startsWith(".") ? describe(read(join(dirname(file), from)), name) : `re-exported from \`${from}\``,
      });
  return found;
}

/** The comment above a declaration, or above the function that a constant of this name is made from. */
function describe(source, name) {
  const own = new RegExp(`${comment}\\nexport (?:function|const) ${name}\\b`).exec(source);
  if (own) return prose(own[1]);
  const assigned = new RegExp(`^export const ${name} = Object\\.assign\\((\\w+), \\{ (\\w+) \\}\\)`, "m").exec(source);
  const parts = assigned?.slice(1).map((part) => new RegExp(`${comment}\\nfunction ${part}\\b`).exec(source)?.[1]);
  if (parts?.every((part) => part !== undefined)) return `${prose(parts[0])} \`.${assigned[2]}\`: ${prose(parts[1])}`;
  if (new RegExp(`^export (?:function|const) ${name}\\b`, "m").test(source)) return "";
  throw new Error(`the sources have nothing called ${name}`);
}

/** `{field, text}` of every field of an interface: its name and, if it has one, the comment above or before it. */
export function declaredIn(file, name) {
  const [, source] = new RegExp(`^(?:export )?interface ${name}\\b[\\s\\S]*?\\{\\n([\\s\\S]*?)^\\}`, "m").exec(
    read(file),
  );
  const field = new RegExp(`^ {2}(?:${comment}\\s+)?readonly (\\w+)(\\??):([^;]*(?:\\{[^}]*\\})?[^;]*);`, "gm");
  return [...source.matchAll(field)].map(([, text, fieldName, optional]) => ({
    field: optional === "?" ? fieldName : `${fieldName} (required)`,
    text: prose(text ?? ""),
  }));
}

/** `{field, text}` of every member of a schema: `const NAME = z.strictObject({ … });`. */
export function membersOf(file, name) {
  const [, source] = new RegExp(`const ${name} = z\\.strictObject\\(\\{\\n([\\s\\S]*?)^\\}\\);`, "m").exec(read(file));
  const member = new RegExp(`^ {2}(?:${comment}\\s+)?(\\w+):`, "gm");
  return [...source.matchAll(member)].map(([, text, field]) => ({ field, text: prose(text ?? "") }));
}

/** A comment as one line; an example, which is indented, is left to the guides. */
function prose(text) {
  const lines = text.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
  return lines
    .filter((line) => !line.startsWith("    "))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/:$/, ".");
}
