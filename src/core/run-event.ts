import type { Evidence } from "./evidence.ts";
import type { AttemptId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Outputs } from "./output-value.ts";

/** A decision of the admission: this task starts now, holding this much of each pool. */
export interface Start {
  readonly step: number;
  readonly task: number;
  readonly platform: string;
  readonly holds: Readonly<Record<string, number>>;
  /** It does not start now, but in the place of this attempt, once that has ended; it holds nothing before. */
  readonly behind?: AttemptId;
  /** The limit that kept it from starting before (see `held-back.ts`). */
  readonly waitedFor?: string;
}

/** What happens to a run, from outside or by the clock. */
export type RunEvent =
  | { readonly type: "begin" }
  | { readonly type: "tick" }
  | ({ readonly type: "start" } & Start)
  /** The store had no room for it after all: as if it had never been started. */
  | { readonly type: "start-refused"; readonly attempt: AttemptId }
  /** There is room for it beside the attempt that it was to follow: it starts at once. */
  | { readonly type: "overtake"; readonly attempt: AttemptId; readonly holds: Start["holds"] }
  /** The store had no room for it after all: it waits behind this attempt as before. */
  | { readonly type: "overtake-refused"; readonly attempt: AttemptId; readonly behind: AttemptId }
  /** It asks for more than its platform has in all. */
  | { readonly type: "impossible"; readonly step: number; readonly task: number; readonly message: string }
  | { readonly type: "submitted"; readonly attempt: AttemptId; readonly handle: JsonObject }
  | { readonly type: "running"; readonly attempt: AttemptId; readonly at: number; readonly handle: JsonObject }
  | {
      readonly type: "ended";
      readonly attempt: AttemptId;
      readonly at: number;
      readonly evidence: Evidence;
      readonly outputs: Outputs;
      /** In [0, 1), for the jitter of a retry. */ readonly roll: number;
    }
  | { readonly type: "pause"; readonly why: string }
  | { readonly type: "resume"; readonly by: string }
  | { readonly type: "cancel"; readonly why: string }
  | {
      readonly type: "restart";
      readonly tasks: readonly { readonly step: number; readonly task: number }[];
      readonly by: string;
    };

/** What has to be done outside once the change is committed. */
export type Effect =
  | { readonly type: "start"; readonly attempt: AttemptId }
  /** `withdraw`: end it only if it has not begun. */
  | { readonly type: "cancel"; readonly attempt: AttemptId; readonly why: "cancel" | "timeout" | "withdraw" };
