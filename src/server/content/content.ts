/** A part of some content: `to` is the first byte that is not wanted. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Bytes that a request is answered with, as a stream: nothing is read before it is opened, and never the whole. */
export interface Content {
  /** What a file of it is called. Untrusted: to be encoded wherever it is put. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Equal for equal content; undefined where it still grows. */
  readonly digest: string | undefined;
  /** Whether a part of it can be opened. */
  readonly hasRanges: boolean;
  /**
   * How a browser may show it, if at all: `plain` as it is, `page` only in a sandbox without scripts or origin, as it may hold
   * anything.
   */
  readonly shown: "plain" | "page" | "never";
  open(range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
}
