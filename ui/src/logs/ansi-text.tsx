import { memo } from "react";
import { piecesOf, type Piece } from "./ansi.ts";

/** A line of a log in its colours. Text is text, whatever it holds. */
export const AnsiText = memo(function AnsiText({
  text,
  find,
}: {
  readonly text: string;
  readonly find?: RegExp | undefined;
}) {
  return piecesOf(text).map((piece, at) => (
    <span key={at} className={classOf(piece)} style={styleOf(piece)}>
      {find ? marked(piece.text, find) : piece.text}
    </span>
  ));
});

function classOf({ bold, dim, italic, underline }: Piece): string | undefined {
  const names = [bold && "font-semibold", dim && "opacity-70", italic && "italic", underline && "underline"];
  return names.filter(Boolean).join(" ") || undefined;
}

function styleOf({ colour, background }: Piece) {
  if (colour === undefined && background === undefined) return undefined;
  return { color: colour, backgroundColor: background };
}

/** The hits of a search within a text. */
function marked(text: string, find: RegExp) {
  const parts = text.split(find);
  if (parts.length === 1) return text;
  return parts.map((part, at) =>
    at % 2 === 1 ? (
      <mark key={at} className="rounded-xs bg-backoff/25 text-inherit">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}

/** Finds a text, for `marked`: with a group, so that a split keeps the hits. */
export function finder(text: string, matchCase: boolean): RegExp | undefined {
  if (text === "") return undefined;
  return new RegExp(`(${text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)})`, matchCase ? "g" : "gi");
}
