/** Whether a path (relative, with `/`) is left out. A folder's own path is asked for before anything in it. */
export type Ignores = (path: string, isFolder: boolean) => boolean;

interface Rule {
  readonly expression: RegExp;
  readonly isNegated: boolean;
  readonly foldersOnly: boolean;
}

/**
 * Reads patterns as in a `.gitignore`: comments, `!` to take back, a trailing `/` for folders only, a `/` elsewhere to
 * bind to the top folder, `*`, `?`, `[a-z]` within a segment, `**` across segments. The last pattern that fits decides.
 */
export function parseIgnores(text: string): Ignores {
  const rules = text.split(/\r?\n/).flatMap(parseRule);
  return (path, isFolder) => {
    const rule = rules.findLast((one) => (isFolder || !one.foldersOnly) && one.expression.test(path));
    return rule !== undefined && !rule.isNegated;
  };
}

/** Whether a file, or one of the folders it lies in, is left out. */
export function isIgnored(ignores: Ignores, path: string): boolean {
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
    if (ignores(path.slice(0, end), true)) return true;
  }
  return ignores(path, false);
}

function parseRule(line: string): Rule[] {
  let pattern = line.replace(/(?<!\\) +$/, "");
  if (pattern === "" || pattern.startsWith("#")) return [];
  const isNegated = pattern.startsWith("!");
  if (isNegated) pattern = pattern.slice(1);
  const foldersOnly = pattern.endsWith("/");
  if (foldersOnly) pattern = pattern.slice(0, -1);
  const isBound = pattern.includes("/");
  if (pattern.startsWith("/")) pattern = pattern.slice(1);
  const expression = new RegExp(`^${isBound ? "" : "(?:.*/)?"}${translate(pattern)}$`, "su");
  return [{ expression, isNegated, foldersOnly }];
}

/** One token of a pattern at a time; whatever is no wildcard stands for itself. */
function translate(pattern: string): string {
  const tokens = /\*\*\/|\/\*\*$|\*+|\?|\[!?\]?[^\]]*\]|\\.|./gsu;
  return [...pattern.matchAll(tokens)].map(([token]) => translateToken(token)).join("");
}

function translateToken(token: string): string {
  if (token === "**/") return "(?:.*/)?";
  if (token === "/**") return "/.*";
  if (token.startsWith("*")) return "[^/]*";
  if (token === "?") return "[^/]";
  if (token.startsWith("[") && token.length > 2) return translateClass(token.slice(1, -1));
  return escapeText(token.startsWith("\\") && token.length > 1 ? token.slice(1) : token);
}

function translateClass(members: string): string {
  const isNegated = members.startsWith("!");
  const escaped = (isNegated ? members.slice(1) : members).replace(/[\\\][^&~]/g, "\\$&");
  return isNegated ? `[^/${escaped}]` : `[${escaped}]`;
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
