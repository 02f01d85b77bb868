import { FlotillaError } from "./errors.ts";

/**
 * Calls `visit` for each record of CSV text (RFC 4180: commas, quotes doubled inside quotes, any line ends), with the
 * line it begins on, from 1. A byte order mark is skipped, and so are empty lines. `fields` is reused by the next record.
 *
 * Throws `SCENARIOS_INVALID` with file and line for a quote that is never closed or stands where none may.
 */
export function eachCsvRecord(
  text: string,
  visit: (fields: readonly string[], line: number) => void,
  file?: string,
): void {
  const fields: string[] = [];
  let at = text.charCodeAt(0) === byteOrderMark ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const firstLine = line;
    fields.length = 0;
    for (;;) {
      if (text.charCodeAt(at) === quote) {
        const end = closingQuote(text, at, { file, line });
        const raw = text.slice(at + 1, end);
        line += countLineEnds(raw);
        fields.push(raw.includes('"') ? raw.replaceAll('""', '"') : raw);
        at = end + 1;
        if (at < text.length && !endsField(text.charCodeAt(at)))
          throw brokenLine(line, file, "text behind the closing quote of a field");
      } else {
        const end = fieldEnd(text, at);
        if (text.charCodeAt(end) === quote)
          throw brokenLine(line, file, "a quote inside a field that does not begin with one");
        fields.push(text.slice(at, end));
        at = end;
      }
      if (text.charCodeAt(at) !== comma) break;
      at++;
    }
    if (text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed) at++;
    at++;
    line++;
    if (fields.length > 1 || fields[0] !== "") visit(fields, firstLine);
  }
}

const [lineFeed, carriageReturn, quote, comma, byteOrderMark] = [0x0a, 0x0d, 0x22, 0x2c, 0xfeff];

function endsField(code: number): boolean {
  return code === comma || code === lineFeed || code === carriageReturn;
}

/** Where an unquoted field ends: at a comma, a line end, the end of the text, or a quote, which is a mistake. */
function fieldEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !endsField(text.charCodeAt(at)) && text.charCodeAt(at) !== quote) at++;
  return at;
}

/** The quote that closes the one at `from`: the first that is not doubled. */
function closingQuote(text: string, from: number, { file, line }: { file: string | undefined; line: number }): number {
  let at = from + 1;
  for (;;) {
    at = text.indexOf('"', at);
    if (at === -1) throw brokenLine(line, file, "a quote that is never closed");
    if (text.charCodeAt(at + 1) !== quote) return at;
    at += 2;
  }
}

function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function brokenLine(line: number, file: string | undefined, what: string): FlotillaError {
  return new FlotillaError("SCENARIOS_INVALID", `line ${line} of the scenarios is broken: ${what}`, {
    mend: 'put fields with quotes, commas or line ends in quotes, and write each quote inside as ""',
    place: { ...(file === undefined ? {} : { file }), line },
  });
}
