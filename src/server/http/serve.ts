import type { Clock } from "../../core/clock.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { Store } from "../../store/store.ts";
import { EventHub } from "../events/event-hub.ts";
import type { FollowLog } from "../events/log-source.ts";
import { makeApp } from "./app.ts";
import type { Services } from "./call.ts";
import { eventsHandler } from "./events-answer.ts";
import { serviceHandlers } from "./handlers.ts";
import { hostsOf, isLoopback } from "./host-name.ts";
import { KnownTokens } from "./known-tokens.ts";
import { listen, type Listening } from "./listen.ts";
import type { Observation } from "./observe.ts";
import { ownHandlers, type OwnHandlerOptions } from "./own-handlers.ts";
import { StaticFiles } from "./static-files.ts";
import { StoreProbe } from "./store-probe.ts";

export interface ServeOptions {
  readonly store: Store;
  readonly services: Services;
  readonly clock: Clock;
  /** How logs grow, for events; without it none is followed. */
  readonly followLog?: FollowLog;
  /** What to listen on; anything but loopback demands that there is a token. */
  readonly address: string;
  readonly port: number;
  /** Of the command line of the same user; see `AuthenticateOptions`. */
  readonly localToken: string;
  readonly localName: string;
  /** Different for each server that ever was. */
  readonly epoch: string;
  readonly about: OwnHandlerOptions["about"];
  /** The built dashboard. */
  readonly files: string | undefined;
  readonly metrics?: () => Promise<string>;
  readonly observe?: (observation: Observation) => void;
  /** A fault of ours, with the id that its caller was told. */
  readonly onFault: (id: string, error: FlotillaError) => void;
}

export interface Serving {
  readonly port: number;
  /** Who listens to events now. */
  readonly listeners: number;
  /** Takes no more requests and says goodbye to those who listen. */
  close(): Promise<void>;
}

/** How long requests under way may still take when the server ends. */
const closingMs = 1_500;

/** Serves the API and the dashboard. Rejects with `TOKEN_NEEDED` or `ADDRESS_TAKEN`. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { store, services, clock, address, port } = options;
  const tokens = new KnownTokens(
    () => store.tokens(),
    () => clock.monotonic(),
  );
  const required = !isLoopback(address);
  if (required && !(await tokens.areAny())) throw noToken(address);
  const { localToken, localName } = options;
  const authentication = { tokens, required, localToken, localName };
  const hub = makeHub(options);
  const handlers = {
    ...serviceHandlers(services, authentication),
    ...ownHandlers({
      authentication,
      probe: new StoreProbe(store),
      about: options.about,
      now: () => clock.now(),
      ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    }),
    ...(hub === undefined ? {} : { events: eventsHandler(hub, authentication) }),
  };
  const app = makeApp({ handlers, files: new StaticFiles(options.files), onFault: options.onFault });
  const observe = options.observe ?? (() => undefined);
  const listening: Listening = await listen({ app, address, port, hosts: hostsOf(address), observe });
  return {
    port: listening.port,
    get listeners() {
      return hub?.listeners ?? 0;
    },
    async close() {
      hub?.close();
      await listening.close(closingMs);
    },
  };
}

/** Events are made from what these two services say. */
function makeHub({ store, services, followLog, clock, epoch }: ServeOptions): EventHub | undefined {
  const { getRun, listRuns } = services;
  if (getRun === undefined || listRuns === undefined) return undefined;
  return new EventHub({ store, services: { getRun, listRuns }, followLog, clock, epoch });
}

function noToken(address: string): FlotillaError {
  return new FlotillaError("TOKEN_NEEDED", `others can reach ${address}, and there is no token yet`, {
    mend: "make one first: flotilla token create --name NAME --role operator",
  });
}
