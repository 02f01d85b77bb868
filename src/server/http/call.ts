import type { Checked, JsonOperation, ResponseOf } from "../../api/operations.ts";
import type { Role } from "../../api/routes.ts";
import type { ByteRange } from "./byte-range.ts";

/** What somebody may do; `anyone` may only ask whether the server lives, and log in. */
export interface Caller {
  /** The name of the token; undefined for somebody without one. */
  readonly name: string | undefined;
  readonly role: Role;
  /** Known by a cookie, which browsers also send where the person did not mean it. */
  readonly byCookie: boolean;
}

/** Who calls, besides what is asked. */
export interface Call {
  /** For the record, unless the request names somebody. */
  readonly by: string;
  readonly role: Role;
  /** Given with a request that changes something: the same key is the same request. */
  readonly idempotencyKey?: string;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

export type ContentOperation = "downloadLog" | "downloadArtifact";

/** Bytes that a request is answered with: nothing is read before it is opened, and never the whole. */
export interface Content {
  /** What a file of it is called; untrusted. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Equal for equal content; undefined where it still grows. */
  readonly digest: string | undefined;
  /** Whether a part of it can be opened. */
  readonly hasRanges: boolean;
  /** How a browser may show it, if at all: `page` may hold anything. */
  readonly shown: "plain" | "page" | "never";
  open(range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
}

/** What carries operations out. One that is absent has no route. */
export type Services = {
  readonly [Name in JsonOperation]?: (request: Checked<Name>, call: Call) => Promise<ResponseOf<Name>>;
} & {
  readonly [Name in ContentOperation]?: (request: Checked<Name>, call: Call) => Promise<Content>;
};
