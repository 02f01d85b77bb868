import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { type JsonOperation, operations } from "../../src/api/operations.ts";
import { type OperationName, type Route, routes } from "../../src/api/routes.ts";
import type { FlotillaError } from "../../src/core/errors.ts";
import { systemClock } from "../../src/engine/system-clock.ts";
import type { Content } from "../../src/server/content/content.ts";
import type { HttpCall, Services } from "../../src/server/http/call.ts";
import { hashToken } from "../../src/server/http/known-tokens.ts";
import { serve, type ServeOptions, type Serving } from "../../src/server/http/serve.ts";
import type { Store } from "../../src/store/store.ts";

export interface ServedCall {
  readonly name: string;
  readonly request: unknown;
  readonly call: HttpCall;
}

export interface TestServer extends Serving {
  /** Every call that reached a service. */
  readonly calls: ServedCall[];
  readonly faults: FlotillaError[];
  readonly origin: string;
}

export const localToken = "local-token-of-the-tests";
const ownOperations: readonly string[] = [
  "health",
  "readiness",
  "metrics",
  "openapi",
  "events",
  "logIn",
  "logOut",
  "server",
];

/** The server itself, on a port of its own, with services that note what reaches them and answer nothing much. */
export async function startTestServer(
  store: Store,
  options: Partial<ServeOptions> & { readonly services?: Services } = {},
): Promise<TestServer> {
  const calls: ServedCall[] = [];
  const faults: FlotillaError[] = [];
  const serving = await serve({
    store,
    clock: systemClock,
    address: "127.0.0.1",
    port: 0,
    localToken,
    localName: "ada",
    epoch: randomBytes(4).toString("hex"),
    about: { version: "1.2.3", project: "/project", startedAt: 0 },
    files: undefined,
    metrics: () => Promise.resolve("flotilla_tests 1\n"),
    onFault: (_, error) => void faults.push(error),
    ...options,
    services: { ...notingServices(calls), ...options.services },
  });
  const rest = { calls, faults, origin: `http://127.0.0.1:${serving.port}` };
  return Object.assign(Object.create(serving) as Serving, rest, { port: serving.port, close: () => serving.close() });
}

function notingServices(calls: ServedCall[]): Services {
  const names = Object.keys(operations).filter((name) => !ownOperations.includes(name)) as JsonOperation[];
  const entries = names.map((name) => [
    name,
    (request: unknown, call: HttpCall): Promise<unknown> => {
      calls.push({ name, request, call });
      if (name === "listRuns") return Promise.resolve({ runs: [] });
      return Promise.resolve(routes[name].answer === "json" ? {} : contentOf("content"));
    },
  ]);
  return Object.fromEntries(entries) as Services;
}

export function contentOf(text: string, more: Partial<Content> = {}): Content {
  const bytes = Buffer.from(text);
  return {
    name: "model.txt",
    mediaType: "text/plain; charset=utf-8",
    bytes: bytes.length,
    digest: undefined,
    hasRanges: true,
    shown: "plain",
    open: ({ from, to } = { from: 0, to: bytes.length }) => Promise.resolve(Readable.from([bytes.subarray(from, to)])),
    ...more,
  };
}

/** A token of this role, known to the store. */
export async function makeToken(store: Store, role: "viewer" | "operator", name: string): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const id = `t${randomBytes(4).toString("hex")}`;
  await store.addToken({ id, name, role, hash: hashToken(token), createdAt: Date.now() });
  return token;
}

export interface Case {
  readonly name: OperationName;
  readonly route: Route;
  /** An address with something in every place that the path has for a field. */
  readonly target: string;
  /** A body that the operation takes, for routes that have one. */
  readonly body: string;
}

const someFields: Readonly<Record<string, string>> = {
  run: "r00000000000",
  task: "train%5Bn%3D1%5D",
  pipeline: "flights",
};
/** What an operation cannot do without, beyond its path. */
const needed: Partial<Record<OperationName, Readonly<Record<string, string>>>> = {
  logIn: { token: "nonsense" },
  countTasks: { rows: "origin" },
  getFleetAxes: { step: "train" },
  getFleetTile: { step: "train" },
  readLogs: { task: "train" },
  searchLogs: { text: "loss" },
  downloadLog: { task: "train" },
  previewArtifact: { task: "train", output: "model" },
  downloadArtifact: { task: "train", output: "model" },
};

/** Every route there is, with a request that it takes. */
export const cases: readonly Case[] = (Object.entries(routes) as [OperationName, Route][]).map(([name, route]) => {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => someFields[field]!);
  const fields = needed[name] ?? {};
  const query = new URLSearchParams(fields).toString();
  return route.method === "GET"
    ? { name, route, target: query === "" ? path : `${path}?${query}`, body: "" }
    : { name, route, target: path, body: JSON.stringify(fields) };
});
