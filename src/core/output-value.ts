import type { Digest } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Scalar } from "./plan.ts";

/** A file or folder by content. `name` is what its reader sees it as. */
export interface Artifact {
  readonly type: "file" | "folder";
  readonly digest: Digest;
  readonly bytes: number;
  readonly name: string;
}

/** What an output holds: a JSON value, or an artifact; the value null when an optional one was left out. */
export type OutputValue = { readonly value: Json } | { readonly artifact: Artifact };

export type Outputs = Readonly<Record<string, OutputValue>>;

/** What a task is given under an input's name. */
export type InputValue =
  | OutputValue
  /** A collection: one row per task that yielded it, with the values of its dimensions; in key order. */
  | { readonly rows: readonly { readonly key: Readonly<Record<string, Scalar>>; readonly item: OutputValue }[] };
