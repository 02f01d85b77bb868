/**
 * What tasks report, as text that cannot mislead: control characters are made visible, and those that turn the direction
 * of writing or hide are taken out of the way.
 */
export function safeText(text: string, most = 10_000): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.replaceAll(
    // oxlint-disable-next-line no-control-regex -- these are what it is about
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    visible,
  );
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // The pictures that Unicode has for the control characters.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return "\ufffd";
}

/** A JSON value on one line. */
export function valueText(value: unknown, most = 400): string {
  if (typeof value === "string") return safeText(value, most);
  return safeText(JSON.stringify(value) ?? "–", most);
}
