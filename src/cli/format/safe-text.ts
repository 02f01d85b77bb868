/** Control characters, and those that turn text round, hide in it or break lines without being seen. Tabs stay. */
const unsafe =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text from outside (names, errors) as one line that a terminal can be trusted with: whatever would move the cursor,
 * change colours or disguise text is shown as what it is.
 */
export function safeText(text: string): string {
  return escapeUnsafe(text).replaceAll("\t", " ");
}

/** The same for a text of several lines, whose line breaks and tabs stay. */
export function safeLines(text: string): string {
  return text.split(/\r?\n/).map(escapeUnsafe).join("\n");
}

export function escapeUnsafe(text: string): string {
  return text.replace(unsafe, (character) =>
    character === "\n" ? "⏎" : `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}
