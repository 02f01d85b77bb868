import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { FlotillaError } from "../../core/errors.ts";
import type { Bindings } from "./app.ts";
import { refusalOf } from "./error-answer.ts";
import { inUrl } from "./host-name.ts";
import { observe, type Observation } from "./observe.ts";
import { limits, refuseAtOnce } from "./request-guard.ts";
import { securityHeaders } from "./security-headers.ts";
import { refuseUnreadable } from "./unreadable.ts";

export interface ListenOptions {
  readonly app: Hono<{ Bindings: Bindings }>;
  readonly address: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** See `hostsOf`. */
  readonly hosts: ReadonlySet<string>;
  readonly observe: (observation: Observation) => void;
}

export interface Listening {
  readonly port: number;
  /** Takes no more requests, and ends when those under way are answered, or after `patienceMs`. */
  close(patienceMs: number): Promise<void>;
}

/** A connection on which nothing has moved for so long is closed; event streams say something more often. */
const idleMs = 120_000;
const mostConnections = 2_000;

/** Rejects with `ADDRESS_TAKEN`. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const respond = getRequestListener((request, env) => options.app.fetch(request, env), {
    overrideGlobalObjects: false,
  });
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: 1_000,
      // Refused by us, in the shape of all refusals.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      for (const [name, value] of Object.entries(securityHeaders)) outgoing.setHeader(name, value);
      observe(incoming, outgoing, options.observe);
      const refused = refuseAtOnce(incoming, options.hosts);
      if (refused === undefined) void respond(incoming, outgoing);
      else refuse(outgoing, refused);
    },
  );
  server.timeout = idleMs;
  server.maxConnections = mostConnections;
  server.on("clientError", refuseUnreadable);
  await bind(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: (patienceMs) => close(server, patienceMs),
  };
}

function refuse(outgoing: ServerResponse<IncomingMessage>, error: FlotillaError): void {
  const { status, headers, body } = refusalOf(error);
  const text = JSON.stringify(body);
  outgoing.writeHead(status, {
    ...headers,
    "content-type": "application/json",
    "cache-control": "no-store",
    "content-length": Buffer.byteLength(text),
  });
  outgoing.end(text);
}

function bind(server: Server, { address, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void =>
      reject(
        new FlotillaError(
          "ADDRESS_TAKEN",
          `cannot listen on ${inUrl(address)}:${port}: ${cause.code ?? cause.message}`,
          {
            cause,
            mend: "choose another with --port or --host",
          },
        ),
      );
    server.once("error", fail);
    server.listen({ host: address.replace(/^\[(.*)\]$/, "$1"), port }, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

function close(server: Server, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), patienceMs);
    server.close(() => {
      clearTimeout(cutOff);
      resolve();
    });
    server.closeIdleConnections();
  });
}
