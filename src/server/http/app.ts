import type { IncomingMessage } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { routes, type OperationName, type Route } from "../../api/routes.ts";
import { FlotillaError } from "../../core/errors.ts";
import { errorResponse } from "./error-response.ts";
import type { Handler } from "./handlers.ts";
import { noteOperation } from "./observe.ts";
import type { StaticFiles } from "./static-files.ts";

export type Bindings = HttpBindings;

export interface AppOptions {
  /** What answers each operation; one without has no route. */
  readonly handlers: Readonly<Partial<Record<OperationName, Handler>>>;
  readonly files: StaticFiles;
  readonly onFault: (id: string, error: FlotillaError) => void;
}

/**
 * The application, made from the table of routes. An address that the table does not have is a file of the dashboard, one of
 * its pages, or nothing: no route exists but those with a role.
 */
export function makeApp(options: AppOptions): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const [name, route] of Object.entries(routes) as [OperationName, Route][]) {
    const handler = options.handlers[name];
    if (handler === undefined) continue;
    app.on(route.method, honoPath(route.path), async (c) => {
      const { incoming, outgoing } = c.env;
      noteOperation(incoming, name);
      return handler({ name, route, incoming, outgoing, inPath: c.req.param() });
    });
  }
  app.notFound((c) => answerFromFiles(c.env.incoming, c.req.path, options));
  app.onError((error) => errorResponse(error, options.onFault));
  return app;
}

function answerFromFiles(incoming: IncomingMessage, address: string, { files, handlers }: AppOptions): Response {
  const { method = "", headers } = incoming;
  const allowed = methodsOf(address, handlers);
  const reads = method === "GET" || method === "HEAD";
  const request = { acceptEncoding: headers["accept-encoding"], ifNoneMatch: headers["if-none-match"] };
  if (reads) {
    const file = files.answer(address, request);
    if (file !== undefined) return file;
    if (address === "/" || isPage(address, headers.accept)) return files.page(request);
  }
  if (allowed.length > 0)
    throw new FlotillaError("METHOD_UNKNOWN", `${address} takes ${allowed.join(", ")}`, {
      place: { name: allowed.join(", ") },
    });
  if (!reads) throw new FlotillaError("METHOD_UNKNOWN", `${address} takes GET, HEAD`, { place: { name: "GET, HEAD" } });
  throw new FlotillaError("ROUTE_UNKNOWN", "there is nothing at this address", {
    mend: "see /openapi.json for what there is",
  });
}

/** Of the dashboard's own addresses the server knows none but the first: they are for the page to read. */
function isPage(address: string, accept: string | undefined): boolean {
  const last = address.slice(address.lastIndexOf("/") + 1);
  return !address.startsWith("/api/") && !last.includes(".") && (accept ?? "").includes("text/html");
}

function methodsOf(address: string, handlers: AppOptions["handlers"]): string[] {
  const found = (Object.entries(routes) as [OperationName, Route][]).filter(
    ([name, { path }]) => handlers[name] !== undefined && matches(path, address),
  );
  return found.flatMap(([, { method }]) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}

function matches(template: string, address: string): boolean {
  const pattern = template.replaceAll(/[.]/g, "\\$&").replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(address);
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
