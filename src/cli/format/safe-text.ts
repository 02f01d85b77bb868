/** Control characters, and those that turn text round or hide in it. */
const unsafe = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text from outside (names, logs, errors) as one line that a terminal can be trusted with: whatever would move the cursor,
 * change colours or disguise text is shown as what it is.
 */
export function safeText(text: string): string {
  return text.replace(unsafe, (character) => (character === "\n" ? "⏎" : `\\u{${character.charCodeAt(0).toString(16)}}`));
}

/** The same for a text of several lines, whose line breaks stay. */
export function safeLines(text: string): string {
  return text.split("\n").map(safeText).join("\n");
}
