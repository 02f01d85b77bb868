/** A line, or a piece of one, as whoever runs a container keeps what that prints. */
export interface SourceLine {
  /** When it was printed: UTC with nine digits of a second, so that what is later is greater as a text. */
  readonly time: string;
  readonly stream: "stdout" | "stderr";
  /** Without its end; at most 64 KiB. */
  readonly text: Buffer;
  /** The line goes on in the next piece of its stream. */
  readonly partial: boolean;
}

export interface SourceRange {
  /** Nothing that was printed before this second, since 1970; all of it if absent. */
  readonly fromSecond: number | undefined;
  /** Until the container ends; otherwise up to now. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** Where the log of one container is kept, until that is removed. */
export interface LogSource {
  /**
   * Its lines in the order in which they are kept, always the same; undefined where there is none (any more). Rejects, also later,
   * for what may pass: a connection that breaks; `DOCKER_UNREACHABLE` and `CLUSTER_UNREACHABLE` where nobody answers. What nobody but
   * a person mends is `CLUSTER_REFUSED`.
   */
  open(range: SourceRange): Promise<AsyncIterable<readonly SourceLine[]> | undefined>;
}

/** Longer lines are kept in pieces. */
export const pieceBytes = 64 * 1024;

/** `2026-11-23T22:16:02.123456789Z`, or with fewer digits or another zone, in the form of `SourceLine.time`; undefined for another text. */
export function normalTime(text: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, second, fraction = "", zone] = match;
  const inUtc = zone === "Z" ? second : new Date(Date.parse(`${second}${zone}`)).toISOString().slice(0, 19);
  return `${inUtc}.${fraction.padEnd(9, "0")}Z`;
}
