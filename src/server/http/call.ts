import type { Checked, JsonOperation, ResponseOf } from "../../api/operations.ts";
import type { Role } from "../../api/routes.ts";
import type { Content } from "../content/content.ts";
import type { Call } from "../services/service.ts";

/** What somebody may do; `anyone` may only ask whether the server lives, and log in. */
export interface Caller {
  /** The name of the token; undefined for somebody without one. */
  readonly name: string | undefined;
  readonly role: Role;
  /** Known by a cookie, which browsers also send where the person did not mean it. */
  readonly byCookie: boolean;
}

/** Who calls over HTTP, besides what is asked. */
export interface HttpCall extends Call {
  readonly role: Role;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

export type ContentOperation = "downloadLog" | "downloadArtifact";

/** What carries operations out. One that is absent has no route. */
export type Services = {
  readonly [Name in JsonOperation]?: (request: Checked<Name>, call: HttpCall) => Promise<ResponseOf<Name>>;
} & {
  readonly [Name in ContentOperation]?: (request: Checked<Name>, call: HttpCall) => Promise<Content>;
};
