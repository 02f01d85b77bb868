import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { ClusterAccess } from "../../src/platforms/kubernetes/kubeconfig.ts";
import type { Pod } from "../../src/platforms/kubernetes/pod.ts";

interface Change {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly pod: Pod;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
}

interface Patch {
  readonly metadata: { readonly "$deleteFromPrimitiveList/finalizers"?: readonly string[] };
}

/** Answers the request in place of the server; true if it did. */
type Intercept = (request: Seen, response: ServerResponse) => boolean;

/**
 * A small API server that knows the pods of one namespace: lists in pages, watches, 409, 410, finalizers. It runs nothing;
 * a test says what becomes of a pod. Faults come in through `intercept`, `cutWatches`, `freezeWatches` and `forgetHistory`.
 */
export class FakeApiServer {
  readonly requests: Seen[] = [];
  intercept: Intercept | undefined;
  readonly #pods = new Map<string, Pod>();
  readonly #history: Change[] = [];
  readonly #watches = new Set<ServerResponse>();
  readonly #server: Server;
  #version = 100;
  #oldest = 0;
  #frozen = new WeakSet<ServerResponse>();

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      fake.#server.closeAllConnections();
      fake.#server.close();
    });
    return fake;
  }

  access(more: Partial<ClusterAccess> = {}): ClusterAccess {
    return {
      server: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      namespace: "team",
      ca: undefined,
      serverName: undefined,
      insecure: false,
      readCredentials: async () => ({ token: "right" }),
      ...more,
    };
  }

  pod(name: string): Pod | undefined {
    return this.#pods.get(name);
  }

  get pods(): readonly Pod[] {
    return [...this.#pods.values()];
  }

  get watching(): number {
    return this.#watches.size;
  }

  count(method: string, matching = /./): number {
    return this.requests.filter((seen) => seen.method === method && matching.test(seen.path + seen.query)).length;
  }

  put(pod: Pod): void {
    const exists = this.#pods.has(pod.metadata.name);
    this.#change(exists ? "MODIFIED" : "ADDED", pod);
  }

  /** What the kubelet, or somebody else, makes of a pod. */
  become(name: string, status: Pod["status"], node = "node-1"): void {
    const pod = this.#pods.get(name)!;
    this.put({ ...pod, spec: { ...pod.spec!, nodeName: node }, status: status! });
  }

  /** Takes it away at once, whatever finalizers it has. */
  drop(name: string): void {
    this.#change("DELETED", this.#pods.get(name)!);
  }

  /** As `kubectl delete` does: the pod goes when nobody holds it. */
  delete(name: string): void {
    const pod = this.#pods.get(name)!;
    if ((pod.metadata.finalizers ?? []).length === 0) return this.drop(name);
    this.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: new Date().toISOString() } });
  }

  cutWatches(): void {
    for (const watch of this.#watches) watch.destroy();
  }

  /** Connections stay open and nothing comes any more, as when a firewall has forgotten them. */
  freezeWatches(): void {
    for (const watch of this.#watches) this.#frozen.add(watch);
  }

  bookmark(): void {
    const object = { kind: "Pod", metadata: { resourceVersion: String(this.#version) } };
    for (const watch of this.#watches) send(watch, { type: "BOOKMARK", object });
  }

  /** Watches from before now get 410, as after a compaction. */
  forgetHistory(): void {
    this.#version++;
    this.#oldest = this.#version;
  }

  sendGoneInStream(): void {
    for (const watch of this.#watches) {
      send(watch, { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired", message: "too old" } });
      watch.end();
      this.#watches.delete(watch);
    }
  }

  #change(type: Change["type"], pod: Pod): void {
    const version = ++this.#version;
    const uid = pod.metadata.uid ?? `uid-${version}`;
    const stamped = { ...pod, metadata: { ...pod.metadata, uid, resourceVersion: String(version) } };
    if (type === "DELETED") this.#pods.delete(pod.metadata.name);
    else this.#pods.set(pod.metadata.name, stamped);
    this.#history.push({ version, type, pod: stamped });
    for (const watch of this.#watches) if (!this.#frozen.has(watch)) send(watch, { type, object: stamped });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, "http://fake");
    const { authorization } = request.headers;
    const seen: Seen = { method: request.method!, path: pathname, query: searchParams, authorization };
    this.requests.push(seen);
    const body: unknown = request.headers["content-length"] === undefined ? undefined : await json(request);
    if (this.intercept?.(seen, response)) return;
    if (authorization !== "Bearer right") return fail(response, 401, "Unauthorized");
    const [, rest = ""] = /^\/api\/v1\/namespaces\/team\/pods\/?(.*)$/.exec(pathname) ?? [];
    if (rest !== "") return this.#answerOne(seen, rest, body, response);
    if (seen.method === "POST") return this.#create(body as Pod, response);
    return searchParams.get("watch") === "true" ? this.#watch(seen, response) : this.#list(seen, response);
  }

  #create(pod: Pod, response: ServerResponse): void {
    const { name } = pod.metadata;
    if (this.#pods.has(name)) return fail(response, 409, "AlreadyExists", `pods "${name}" already exists`);
    this.put({ ...pod, status: { phase: "Pending" } });
    answer(response, 201, this.#pods.get(name));
  }

  #answerOne({ method }: Seen, name: string, body: unknown, response: ServerResponse): void {
    const pod = this.#pods.get(name);
    if (pod === undefined) return fail(response, 404, "NotFound", `pods "${name}" not found`);
    if (method === "PATCH") this.#patch(pod, body as Patch);
    if (method === "DELETE") this.delete(name);
    answer(response, 200, this.#pods.get(name) ?? pod);
  }

  #patch(pod: Pod, { metadata }: Patch): void {
    const out = metadata["$deleteFromPrimitiveList/finalizers"] ?? [];
    const finalizers = (pod.metadata.finalizers ?? []).filter((name) => !out.includes(name));
    this.put({ ...pod, metadata: { ...pod.metadata, finalizers } });
    if (finalizers.length === 0 && pod.metadata.deletionTimestamp !== undefined) this.drop(pod.metadata.name);
  }

  #list({ query }: Seen, response: ServerResponse): void {
    const from = Number(query.get("continue") ?? 0);
    const all = this.pods.filter((pod) => matches(pod, query.get("labelSelector")));
    const limit = Number(query.get("limit") ?? all.length);
    const items = all.slice(from, from + limit);
    const more = from + limit < all.length ? { continue: String(from + limit) } : {};
    answer(response, 200, { kind: "PodList", metadata: { resourceVersion: String(this.#version), ...more }, items });
  }

  #watch({ query }: Seen, response: ServerResponse): void {
    const from = Number(query.get("resourceVersion"));
    if (from < this.#oldest) return fail(response, 410, "Expired", "too old resource version");
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    this.#watches.add(response);
    response.on("close", () => this.#watches.delete(response));
    for (const { version, type, pod } of this.#history) if (version > from) send(response, { type, object: pod });
  }
}

function matches(pod: Pod, selector: string | null): boolean {
  if (selector === null) return true;
  return selector.split(",").every((term) => {
    const [name, value] = term.split("=");
    return pod.metadata.labels?.[name!] === value;
  });
}

function send(watch: ServerResponse, event: unknown): void {
  watch.write(`${JSON.stringify(event)}\n`);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** A refusal as an API server words it. */
export function fail(response: ServerResponse, code: number, reason: string, message = reason): void {
  answer(response, code, { kind: "Status", status: "Failure", code, reason, message });
}
