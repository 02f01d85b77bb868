import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { EventHub } from "../events/event-hub.ts";
import { httpListener } from "../events/listener.ts";
import { type AuthenticateOptions, authenticate, requireRole } from "./authenticate.ts";
import { admit, type Exchange, type Handler } from "./handlers.ts";

/** Whoever listens longer than this must still be allowed to. */
const recheckMs = 2_500;

/** Opens a stream of events, which lasts until one of the two ends it, or the token is revoked. */
export function eventsHandler(hub: EventHub, authentication: AuthenticateOptions): Handler {
  return async (exchange) => {
    const { incoming, outgoing } = exchange;
    const { request } = await admit({ ...exchange, name: "events" }, authentication);
    const feeds = await hub.prepare(request);
    outgoing.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // A proxy must not gather events.
      "x-accel-buffering": "no",
    });
    if (incoming.method === "HEAD") outgoing.end();
    else if (!outgoing.destroyed) {
      outgoing.flushHeaders();
      const listener = httpListener(outgoing, () => performance.now());
      const leave = hub.join(feeds, listener, incoming.headers["last-event-id"]?.toString());
      const stopChecking = keepChecking(exchange, authentication, () => listener.cut());
      outgoing.once("close", () => {
        stopChecking();
        leave();
      });
    }
    return RESPONSE_ALREADY_SENT;
  };
}

/** Only a refusal ends the stream; that the store does not answer is no refusal. */
function keepChecking(
  { incoming, route }: Exchange,
  authentication: AuthenticateOptions,
  onRefused: () => void,
): () => void {
  const timer = setInterval(() => {
    authenticate(incoming, authentication)
      .then((caller) => requireRole(caller, route.role))
      .catch((error: { code?: unknown }) => {
        if (error.code === "TOKEN_NEEDED" || error.code === "FORBIDDEN") onRefused();
      });
  }, recheckMs);
  timer.unref();
  return () => clearInterval(timer);
}
