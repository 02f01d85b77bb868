import type { Readable } from "node:stream";
import type { Checked, JsonOperation, ResponseOf } from "../../api/operations.ts";

/** What somebody may do; `anyone` may only ask whether the server lives, and log in. */
export interface Caller {
  /** The name of the token; undefined for somebody without one. */
  readonly name: string | undefined;
  readonly role: "anyone" | "viewer" | "operator";
  /** Known by a cookie, which browsers also send where the person did not mean it. */
  readonly byCookie: boolean;
}

/** Who calls, besides what is asked. */
export interface Call {
  readonly caller: Caller;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
  /** Given with a request that changes something: the same key is the same request. */
  readonly idempotencyKey: string | undefined;
}

export type ContentOperation = "downloadLog" | "downloadArtifact";

/** Bytes to be downloaded or shown, in part or whole. */
export interface Content {
  /** What it is called when it is saved. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Names the content for good; absent for what still grows. */
  readonly digest?: string;
  /** Shown by the browser, in a sandbox, instead of saved. */
  readonly show: boolean;
  /** `to` is the first byte that is not wanted. */
  open(range: { readonly from: number; readonly to: number }): Promise<Readable>;
}

/** What carries operations out. One that is absent has no route. */
export type Services = {
  readonly [Name in JsonOperation]?: (request: Checked<Name>, call: Call) => Promise<ResponseOf<Name>>;
} & {
  readonly [Name in ContentOperation]?: (request: Checked<Name>, call: Call) => Promise<Content>;
};
