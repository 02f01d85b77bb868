import type { IncomingMessage } from "node:http";
import { FlotillaError } from "../../core/errors.ts";

/**
 * Refuses what a page of another site (or of another port of this host) makes a browser send: there is no site that we
 * share answers with. To follow a link to us is no such request; whoever is no browser sends neither header.
 */
export function refuseForeignPage({ method, headers }: Pick<IncomingMessage, "method" | "headers">): void {
  const { origin, host, "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
  const followsLink = (method === "GET" || method === "HEAD") && mode === "navigate";
  const isForeign = origin !== undefined && !isOrigin(origin, host);
  const isSaidForeign = site !== undefined && site !== "same-origin" && site !== "none";
  if (!isForeign && (!isSaidForeign || followsLink)) return;
  throw new FlotillaError("ORIGIN_REFUSED", "the request was made by a page of another site", {
    mend: "use the dashboard of this server, or the API from a program",
  });
}

/** The host decides; whether TLS ends at a proxy before us cannot be known here. */
function isOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
