import { isDigest } from "../../core/ids.ts";
import type { Digest } from "../../core/ids.ts";

/**
 * What the token of an attempt opens; there is nothing else. The attempt is the one that the token names, in no case one that
 * a request names.
 */
export const routes = {
  readRunner: { method: "GET", path: "/v1/runner", when: "admitted" },
  readAttempt: { method: "GET", path: "/v1/attempt", when: "looked after" },
  readCode: { method: "GET", path: "/v1/code", when: "looked after" },
  readInput: { method: "GET", path: "/v1/inputs/<digest>", when: "looked after" },
  tellStarted: { method: "POST", path: "/v1/started", when: "admitted" },
  beat: { method: "POST", path: "/v1/heartbeat", when: "admitted" },
  appendLog: { method: "POST", path: "/v1/log", when: "admitted" },
  appendProgress: { method: "POST", path: "/v1/progress", when: "admitted" },
  listOutputs: { method: "POST", path: "/v1/outputs", when: "admitted" },
  sizeOutput: { method: "GET", path: "/v1/outputs/<digest>", when: "admitted" },
  putOutput: { method: "PUT", path: "/v1/outputs/<digest>", when: "admitted" },
  handIn: { method: "POST", path: "/v1/exit", when: "looked after, or ended" },
} as const satisfies Record<string, Route>;

export interface Route {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: `/v1/${string}`;
  /**
   * `admitted`: until it has handed in. `looked after`: besides, an engine must have taken it up, which after a restart of ours
   * takes a moment. What is handed in may be handed in again, since the answer may have been lost.
   */
  readonly when: "admitted" | "looked after" | "looked after, or ended";
}

export type RouteName = keyof typeof routes;

export interface Match {
  readonly name: RouteName;
  readonly digest: Digest | undefined;
}

export function matchRoute(method: string, path: string): Match | undefined {
  for (const [name, route] of Object.entries(routes)) {
    if (route.method !== method) continue;
    if (route.path === path) return { name: name as RouteName, digest: undefined };
    const prefix = route.path.replace("<digest>", "");
    const rest = path.slice(prefix.length);
    if (prefix !== route.path && path.startsWith(prefix) && isDigest(rest)) {
      return { name: name as RouteName, digest: rest };
    }
  }
  return undefined;
}
