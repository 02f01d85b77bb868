import { createStore } from "../components/store.ts";
import { errorFrom, unreachable } from "./error.ts";
import { transport } from "./transport.ts";

/** Whether the server wants to know who this is. */
export const session = createStore<"open" | "login">("open");

export function loginNeeded(): void {
  session.set("login");
}

/** A cookie that scripts of other origins cannot read, repeated in a header that they cannot send. */
export function csrfHeaders(): Record<string, string> {
  const token = /(?:^|; )flotilla_csrf=([^;]+)/.exec(document.cookie)?.[1];
  return token === undefined ? {} : { "x-csrf-token": decodeURIComponent(token) };
}

/** Exchanges a token for a cookie. Rejects with an `ApiError` when the server does not take it. */
export async function logIn(token: string): Promise<void> {
  const answer = await transport
    .fetch("/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    })
    .catch(() => {
      throw unreachable();
    });
  if (!answer.ok) throw await errorFrom(answer);
  session.set("open");
}

/**
 * The token of an address such as `…/#token=…`, as `flotilla up` prints it. A fragment never leaves the browser; it is taken
 * out of the address at once, so that it is neither bookmarked nor shared.
 */
export function takeTokenFromAddress(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? undefined;
  if (token !== undefined) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}
