import type { IncomingMessage } from "node:http";
import type { Role } from "../../api/routes.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Caller } from "./call.ts";
import { areEqual, type KnownTokens } from "./known-tokens.ts";
import { csrfProof, readCookies } from "./session-cookies.ts";

export interface AuthenticateOptions {
  readonly tokens: KnownTokens;
  /** Demands a token even while the store has none: others reach the address. */
  readonly required: boolean;
  /** Known to whoever can read the project's files: the command line of the same user. */
  readonly localToken: string;
  /** Under whose name somebody acts who needs no token. */
  readonly localName: string;
}

const nobody: Caller = { name: undefined, role: "anyone", byCookie: false };
/** Who needs no token: only this machine reaches the server, and nobody has made one. */
const localUser: Caller = { name: undefined, role: "operator", byCookie: false };

/** Who calls. Throws `TOKEN_NEEDED` for a token that is not known; whoever shows none is nobody, or the local user. */
export async function authenticate(
  { headers }: Pick<IncomingMessage, "headers">,
  { tokens, required, localToken }: AuthenticateOptions,
): Promise<Caller> {
  if (headers.authorization !== undefined) {
    const token = /^Bearer ([\w-]{1,200})$/i.exec(headers.authorization)?.[1] ?? "";
    if (areEqual(token, localToken)) return localUser;
    const holder = await tokens.holderOf(token);
    if (holder === undefined) throw tokenNeeded("the token is not valid");
    return { ...holder, byCookie: false };
  }
  const { session } = readCookies(headers.cookie);
  const holder = session === undefined ? undefined : await tokens.holderOf(session);
  if (holder !== undefined) return { name: holder.name, role: holder.role, byCookie: true };
  return required || (await tokens.areAny()) ? nobody : localUser;
}

const rank: Record<Role, number> = { anyone: 0, viewer: 1, operator: 2 };

/** Throws `TOKEN_NEEDED` or `FORBIDDEN` unless the caller has at least this role. */
export function requireRole(caller: Caller, role: Role): void {
  if (rank[caller.role] >= rank[role]) return;
  if (caller.role === "anyone") throw tokenNeeded("this server wants to know who asks");
  throw new FlotillaError(
    "FORBIDDEN",
    `this needs the role ${role}; the token ${caller.name ?? ""} has ${caller.role}`,
    {
      mend: "use the token of an operator: flotilla token create --role operator",
    },
  );
}

/** A browser sends the cookie by itself; the proof that a page of ours asks is a header that only such a page can set. */
export function requireCsrfProof({ headers }: Pick<IncomingMessage, "headers">, caller: Caller): void {
  if (!caller.byCookie) return;
  const { session = "" } = readCookies(headers.cookie);
  const proof = headers["x-csrf-token"];
  if (typeof proof === "string" && areEqual(proof, csrfProof(session))) return;
  throw new FlotillaError("ORIGIN_REFUSED", "the request lacks the header x-csrf-token", {
    mend: "send the value of the cookie flotilla_csrf in it, or use a bearer token instead of the cookie",
  });
}

function tokenNeeded(message: string): FlotillaError {
  return new FlotillaError("TOKEN_NEEDED", message, {
    mend: "make one with `flotilla token create`, and send it as `Authorization: Bearer …` or log in with it",
  });
}
