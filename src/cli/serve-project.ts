import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { FlotillaError } from "../core/errors.ts";
import { systemClock } from "../engine/system-clock.ts";
import { bindServices } from "../server/bind-services.ts";
import { followLog } from "../server/content/log-growth.ts";
import { inUrl } from "../server/http/host-name.ts";
import { serve, type ServeOptions, type Serving } from "../server/http/serve.ts";
import { Metrics } from "../server/metrics/metrics.ts";
import { measuredStore } from "../server/metrics/measured-store.ts";
import { readSnapshot } from "../server/metrics/snapshot.ts";
import { userName } from "./user-name.ts";
import type { Project } from "./open-project.ts";
import type { ServerLog } from "./server-log.ts";
import { serviceContext } from "./service-context.ts";
import { readVersion } from "./version.ts";

export interface ServeProjectOptions {
  /** `127.0.0.1` if absent. */
  readonly address: string | undefined;
  /** If absent: 7100, or the next one that is free. */
  readonly port: number | undefined;
  readonly engine: string | undefined;
  readonly metrics: Metrics;
  readonly log: ServerLog;
}

export interface ServedProject {
  readonly url: string;
  /** Opens the server to the user's own command line. */
  readonly token: string;
  readonly close: () => Promise<void>;
}

const usualPort = 7100;
/** Other projects may have servers of their own. */
const mostTries = 20;

/** Serves the API and the dashboard of a project. Rejects with `TOKEN_NEEDED` or `ADDRESS_TAKEN`. */
export async function serveProject(project: Project, options: ServeProjectOptions): Promise<ServedProject> {
  const { log, engine, metrics, address = "127.0.0.1" } = options;
  const { store } = project;
  const about = { version: readVersion(), ...(engine === undefined ? {} : { engine }) };
  const context = serviceContext(project, about);
  const services = bindServices(context);
  const token = randomBytes(32).toString("base64url");
  const call = { by: "server", role: "viewer", signal: new AbortController().signal } as const;
  const readMetrics = async (): Promise<string> => {
    const { platforms } = services;
    const snapshot = await readSnapshot(store, platforms && (() => platforms({}, call)));
    return metrics.text({ ...snapshot, listeners: serving.listeners });
  };
  const serving: Serving = await serveFrom(options.port, (port) => ({
    store,
    services,
    followLog: (log) => followLog(context, log),
    clock: systemClock,
    address,
    port,
    localToken: token,
    localName: userName(),
    epoch: randomBytes(6).toString("hex"),
    about: { ...about, project: project.directory, startedAt: Date.now() },
    files: findFiles(),
    metrics: readMetrics,
    observe(observation) {
      metrics.request(observation);
      log.request(observation);
    },
    onFault: (id, error) => log.fault(id, error),
  }));
  const close = async (): Promise<void> => {
    await serving.close();
    await context.views.close();
  };
  return { url: urlOf(address, serving.port), token, close };
}

async function serveFrom(asked: number | undefined, make: (port: number) => ServeOptions): ReturnType<typeof serve> {
  for (let port = asked ?? usualPort; ; port++) {
    try {
      return await serve(make(port));
    } catch (error) {
      if (asked !== undefined || !isTaken(error) || port >= usualPort + mostTries) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  if (!(error instanceof FlotillaError) || error.code !== "ADDRESS_TAKEN") return false;
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === "EADDRINUSE";
}

/** Where people find it; all addresses of a machine have its name in common. */
function urlOf(address: string, port: number): string {
  const isAny = address === "0.0.0.0" || address === "::" || address === "[::]";
  return `http://${isAny ? hostname() : inUrl(address)}:${port}`;
}

/** The dashboard: built into the folder of the program, which the sources lie two folders below. */
function findFiles(): string | undefined {
  return ["./ui", "../../dist/ui"]
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((folder) => existsSync(folder));
}

/** The project, and measurements of all that its store is asked. */
export function measured(project: Project): { project: Project; metrics: Metrics } {
  const metrics = new Metrics();
  return { project: { ...project, store: measuredStore(project.store, metrics) }, metrics };
}
