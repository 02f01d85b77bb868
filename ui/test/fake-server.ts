import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { answer } from "../src/fakes/answer.ts";
import { fakeApi, type FakeApi } from "../src/fakes/fake-api.ts";

/** The built pages behind the policy that the real server sends, with made-up answers that a test may change. */
export interface FakeServer {
  readonly url: string;
  /** Operations answered otherwise than usual. */
  api: FakeApi;
  /** Every request for data, as `GET /api/v1/runs?…`. */
  readonly requests: string[];
  /** Sends an event to all streams that are open. */
  emit(name: string, data: unknown): void;
  readonly streams: number;
  /** Everybody is asked who they are until they have logged in with this token. */
  demandToken(token: string): void;
  /** Stops answering, and starts again at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

const built = fileURLToPath(new URL("../../dist/ui", import.meta.url));

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

export async function startFakeServer(): Promise<FakeServer> {
  const streams = new Set<ServerResponse>();
  const requests: string[] = [];
  let token: string | undefined;
  let port = 0;
  let api: FakeApi = fakeApi();
  let server = createServer();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://here");
    if (url.pathname === "/login") return logIn(request, response);
    if (!url.pathname.startsWith("/api/")) return sendFile(url.pathname, response);
    requests.push(`${request.method} ${request.url}`);
    if (token !== undefined && !request.headers.cookie?.includes(`flotilla_session=${token}`))
      return sendJson(response, 401, { error: { code: "LOGIN", message: "the server does not know you" } });
    if (url.pathname === "/api/v1/events") return openStream(response);
    const told = answer(api, request.method ?? "GET", url, await readBody(request));
    sendJson(response, told?.status ?? 404, told?.body ?? {});
  }

  function openStream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`id: 1\nevent: reset\ndata: {"now":${Date.now()}}\n\n`);
    streams.add(response);
    response.on("close", () => streams.delete(response));
  }

  async function logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = (await readBody(request))["token"];
    if (given !== token)
      return sendJson(response, 401, { error: { code: "LOGIN", message: "this token is not known here" } });
    response.setHeader("set-cookie", `flotilla_session=${token}; HttpOnly; SameSite=Strict; Path=/`);
    sendJson(response, 200, {});
  }

  async function start(): Promise<void> {
    server = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
  }
  async function stop(): Promise<void> {
    for (const stream of streams) stream.destroy();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    get api() {
      return api;
    },
    set api(next) {
      api = next;
    },
    requests,
    emit(name, data) {
      for (const stream of streams)
        stream.write(`id: ${Date.now()}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    get streams() {
      return streams.size;
    },
    demandToken(next) {
      token = next;
    },
    start,
    stop,
  };
}

function sendFile(path: string, response: ServerResponse): void {
  const wanted = join(built, path);
  const file = path !== "/" && wanted.startsWith(built) && existsSync(wanted) ? wanted : join(built, "index.html");
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
  });
  response.end(readFileSync(file));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const part of request) text += String(part);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
