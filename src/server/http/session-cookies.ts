import { createHash } from "node:crypto";

const sessionName = "flotilla_session";
const csrfName = "flotilla_csrf";
const keptSeconds = 30 * 24 * 3600;

/** The session's token out of a `Cookie` header. Two cookies of the name are none: one of them was planted. */
export function readCookies(header: string | undefined): { readonly session: string | undefined } {
  const values = (header ?? "")
    .split(/;\s*/)
    .filter((pair) => pair.startsWith(`${sessionName}=`))
    .map((pair) => pair.slice(sessionName.length + 1));
  return { session: values.length === 1 ? values[0] : undefined };
}

/** Follows from the session's token, so that nobody who does not know that can make one up, not even by planting a cookie. */
export function csrfProof(token: string): string {
  return createHash("sha256").update(`csrf:${token}`).digest("base64url");
}

/** Cookies of a browser that has logged in: the token, which no script reads, and the proof, which our own page repeats. */
export function loginCookies(token: string, { secure }: { secure: boolean }): string[] {
  const common = `Path=/; SameSite=Strict; Max-Age=${keptSeconds}${secure ? "; Secure" : ""}`;
  return [`${sessionName}=${token}; HttpOnly; ${common}`, `${csrfName}=${csrfProof(token)}; ${common}`];
}

export function logoutCookies(): string[] {
  return [sessionName, csrfName].map((name) => `${name}=; Path=/; SameSite=Strict; Max-Age=0`);
}
