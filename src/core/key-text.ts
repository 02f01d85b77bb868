/**
 * Characters that may not stand in a key as they are: those with a meaning in keys and filters, those that a shell
 * would act on inside quotes, and those that cannot be seen. Letters of any script and emoji (with their joiners) stay.
 *
 * The ranges are written out because `\p{…}` classes grow with each version of Unicode, and a key may never change.
 */
const unreadable =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[%[\],="'`\\$!<>\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]|^ | $/g;

/** Text as it stands in a key: one line, readable, safe within quotes of a shell. `decodeKeyText` gives it back. */
export function encodeKeyText(text: string): string {
  return text.replace(unreadable, percentEncoded);
}

/** The text that was encoded, or undefined where a `%` is not followed by the bytes of a character. */
export function decodeKeyText(encoded: string): string | undefined {
  if (!encoded.includes("%")) return encoded;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** `encodeURIComponent` leaves `!` and `'` alone. */
function percentEncoded(character: string): string {
  if (character.charCodeAt(0) >= 0x80) return encodeURIComponent(character);
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
