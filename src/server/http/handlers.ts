import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { checkRequest } from "../../api/check-request.ts";
import type { Checked, JsonOperation } from "../../api/operations.ts";
import type { OperationName, Route } from "../../api/routes.ts";
import { type AuthenticateOptions, authenticate, requireCsrfProof, requireRole } from "./authenticate.ts";
import type { HttpCall, Caller, ContentOperation, Services } from "./call.ts";
import { sendContent } from "./content-answer.ts";
import { compress } from "./json-answer.ts";
import { refuseForeignPage } from "./own-origin.ts";
import { readFields } from "./read-fields.ts";
import { malformed } from "./request-guard.ts";

/** One request on its way: the route is the object that was matched, so nothing about it depends on the text of an address any more. */
export interface Exchange {
  readonly name: OperationName;
  readonly route: Route;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly inPath: Readonly<Record<string, string>>;
}

/** Answers a request, or throws why not. */
export type Handler = (exchange: Exchange) => Promise<Response>;

type JsonService = (request: unknown, call: HttpCall) => Promise<unknown>;
type ContentService = (request: unknown, call: HttpCall) => ReturnType<NonNullable<Services[ContentOperation]>>;
const contentOperations: readonly string[] = ["downloadLog", "downloadArtifact"] satisfies ContentOperation[];

/** The handlers of those operations that services carry out. */
export function serviceHandlers(
  services: Services,
  authentication: AuthenticateOptions,
): Partial<Record<OperationName, Handler>> {
  const handlers: Partial<Record<OperationName, Handler>> = {};
  for (const [name, service] of Object.entries(services) as [JsonOperation | ContentOperation, unknown][]) {
    if (service === undefined) continue;
    handlers[name] = contentOperations.includes(name)
      ? (exchange) => answerContent(exchange, service as ContentService, authentication)
      : (exchange) => answerJson(exchange, service as JsonService, authentication);
  }
  return handlers;
}

async function answerJson(
  exchange: Exchange,
  service: JsonService,
  authentication: AuthenticateOptions,
): Promise<Response> {
  const { request, call } = await admit(exchange, authentication);
  return jsonResponse(exchange, await service(request, call));
}

async function answerContent(
  exchange: Exchange,
  service: ContentService,
  authentication: AuthenticateOptions,
): Promise<Response> {
  const { request, call } = await admit(exchange, authentication);
  const { incoming, outgoing } = exchange;
  const content = await service(request, call);
  const { show = false } = request as { readonly show?: boolean };
  await sendContent(incoming, outgoing, content, { show }).catch((error: unknown) => {
    if (!outgoing.headersSent) throw error;
    // The reader has gone, or the content broke off: so does the answer.
    outgoing.destroy();
  });
  return RESPONSE_ALREADY_SENT;
}

export async function jsonResponse(
  { incoming }: Pick<Exchange, "incoming">,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = await compress(JSON.stringify(value), incoming.headers["accept-encoding"]?.toString());
  return new Response(body.bytes, {
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "content-length": String(body.bytes.length),
      ...body.headers,
      ...headers,
    },
  });
}

export interface Admitted<Name extends OperationName> {
  readonly request: Checked<Name>;
  readonly call: HttpCall;
}

/**
 * Everything that stands before an operation, in the order of what it costs: whose page it is, who asks and whether he may,
 * and only then what is asked.
 */
export async function admit<Name extends OperationName>(
  { name, route, incoming, outgoing, inPath }: Exchange & { readonly name: Name },
  authentication: AuthenticateOptions,
): Promise<Admitted<Name>> {
  refuseForeignPage(incoming);
  const caller: Caller =
    route.role === "anyone"
      ? { name: undefined, role: "anyone", byCookie: false }
      : await authenticate(incoming, authentication);
  requireRole(caller, route.role);
  if (route.method !== "GET") requireCsrfProof(incoming, caller);
  const idempotencyKey = readIdempotencyKey(incoming, caller);
  const fields = await readFields(route, incoming, inPath);
  const request = checkRequest(name, withAuthor(name, fields, caller));
  const call = {
    by: caller.name ?? authentication.localName,
    role: caller.role,
    signal: goneSignal(outgoing),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
  return { request, call };
}

const authorFields: Partial<Record<OperationName, string>> = {
  startRun: "startedBy",
  pauseRun: "by",
  resumeRun: "by",
  cancelRun: "by",
  restartTasks: "by",
};

/** Who holds a token acts under its name; others say themselves who they are. */
function withAuthor(name: OperationName, fields: Record<string, unknown>, caller: Caller): Record<string, unknown> {
  const field = authorFields[name];
  return field === undefined || caller.name === undefined ? fields : { ...fields, [field]: caller.name };
}

/** One caller's key means nothing in the hands of another. */
function readIdempotencyKey({ headers }: IncomingMessage, caller: Caller): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,200}$/.test(key))
    throw malformed("idempotency-key: takes 1 to 200 visible characters");
  return caller.name === undefined ? key : `${caller.name}/${key}`;
}

function goneSignal(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  return gone.signal;
}
