import { apiVersion, type OperationName } from "../../api/routes.ts";
import { makeOpenApi } from "../../api/openapi.ts";
import type { ResponseOf } from "../../api/operations.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { AuthenticateOptions } from "./authenticate.ts";
import { admit, type Handler, jsonResponse } from "./handlers.ts";
import { loginCookies, logoutCookies } from "./session-cookies.ts";
import type { StoreProbe } from "./store-probe.ts";

export interface OwnHandlerOptions {
  readonly authentication: AuthenticateOptions;
  readonly probe: StoreProbe;
  /** What there is to say of this server, besides what changes. */
  readonly about: Pick<ResponseOf<"server">, "version" | "project" | "engine" | "startedAt">;
  readonly now: () => number;
  /** Measurements, as Prometheus reads them; without, there is no such route. */
  readonly metrics?: () => Promise<string>;
}

/** What the server answers by itself: how it is, what it is, and who comes in. */
export function ownHandlers(options: OwnHandlerOptions): Partial<Record<OperationName, Handler>> {
  const { authentication, probe, about, now, metrics } = options;
  let document: ReturnType<typeof makeOpenApi> | undefined;
  const handlers: Partial<Record<OperationName, Handler>> = {
    async health(exchange) {
      await admit(exchange, authentication);
      return text("ok\n");
    },
    async readiness(exchange) {
      await admit(exchange, authentication);
      if ((await probe.ask()) === "ok") return text("ready\n");
      throw new FlotillaError("STORE_UNREACHABLE", "the store does not answer");
    },
    async openapi(exchange) {
      await admit(exchange, authentication);
      return jsonResponse(exchange, (document ??= makeOpenApi()));
    },
    async server(exchange) {
      const { call } = await admit(exchange, authentication);
      const answer: ResponseOf<"server"> = {
        ...about,
        apiVersion,
        now: now(),
        role: call.role,
        store: await probe.ask(),
      };
      return jsonResponse(exchange, answer);
    },
    logIn: (exchange) => logIn({ ...exchange, name: "logIn" }, authentication),
    async logOut(exchange) {
      await admit(exchange, authentication);
      return withCookies(await jsonResponse(exchange, {}), logoutCookies());
    },
  };
  if (metrics !== undefined)
    handlers.metrics = async (exchange) => {
      await admit(exchange, authentication);
      return text(await metrics(), "text/plain; version=0.0.4; charset=utf-8");
    };
  return handlers;
}

async function logIn(
  exchange: Parameters<typeof admit<"logIn">>[0],
  authentication: AuthenticateOptions,
): Promise<Response> {
  const { request } = await admit(exchange, authentication);
  const holder = await authentication.tokens.holderOf(request.token);
  if (holder === undefined)
    throw new FlotillaError("TOKEN_NEEDED", "the token is not valid", {
      mend: "list those that are with `flotilla token list`",
    });
  const secure = exchange.incoming.headers.origin?.startsWith("https://") ?? false;
  const answer = await jsonResponse(exchange, { name: holder.name, role: holder.role });
  return withCookies(answer, loginCookies(request.token, { secure }));
}

function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}

function text(body: string, type = "text/plain; charset=utf-8"): Response {
  return new Response(body, { headers: { "content-type": type, "cache-control": "no-store" } });
}
