import { transport } from "../api/transport.ts";
import { answer } from "./answer.ts";
import { fakeApi } from "./fake-api.ts";

/** For `npm run dev` in ui/ with `?fakes`: no server is asked for anything. Never part of the build. */
export function installFakes(): void {
  const api = fakeApi();
  transport.fetch = async (path, init = {}) => {
    const url = new URL(path, location.origin);
    if (url.pathname.endsWith("/events")) return eventStream(init.signal ?? undefined);
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    const told = answer(api, init.method ?? "GET", url, body);
    return Response.json(told?.body ?? {}, { status: told?.status ?? 404 });
  };
}

function eventStream(signal: AbortSignal | undefined): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(`event: reset\ndata: {"now":${Date.now()}}\n\n`));
      signal?.addEventListener("abort", () => controller.error(new DOMException("aborted", "AbortError")));
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
}
