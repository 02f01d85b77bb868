import type { ServerResponse } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { FakeApiServer, fail, type Seen } from "../../../test/helpers/fake-api-server.ts";
import { KubeClient } from "./kube-client.ts";
import type { PodStatus } from "./pod.ts";
import { type FollowOptions, followPodLog } from "./follow-pod-log.ts";

const running: PodStatus = { phase: "Running", containerStatuses: [{ name: "main", state: { running: {} } }] };
const ended: PodStatus = {
  phase: "Succeeded",
  containerStatuses: [{ name: "main", state: { terminated: { exitCode: 0 } } }],
};

/** Answers the requests for a log one after the other, the last answer again and again. */
async function serve(
  answers: readonly ((response: ServerResponse, server: FakeApiServer) => void)[],
  status: PodStatus = running,
): Promise<{ server: FakeApiServer; client: KubeClient; asked: Seen[] }> {
  const server = await FakeApiServer.start();
  server.put({ metadata: { name: "a" }, spec: { restartPolicy: "Never", containers: [] }, status });
  const asked: Seen[] = [];
  server.intercept = (seen, response) => {
    if (!seen.path.endsWith("/pods/a/log")) return false;
    asked.push(seen);
    answers[Math.min(asked.length, answers.length) - 1]!(response, server);
    return true;
  };
  const client = new KubeClient(server.access(), { firstWaitMs: 1, requestsPerSecond: 1000 });
  onTestFinished(() => client.close());
  return { server, client, asked };
}

async function follow(client: KubeClient, options: Partial<FollowOptions> = {}): Promise<string[]> {
  const texts: string[] = [];
  const signal = new AbortController().signal;
  const source = { namespace: "team", pod: "a", container: "main" };
  for await (const line of followPodLog(client, source, { signal, firstWaitMs: 1, ...options }))
    texts.push("gap" in line ? `gap: ${line.gap}` : line.text);
  return texts;
}

const at = (second: number, text: string): string => `2026-01-01T00:00:0${second}.5Z ${text}\n`;
const whole = at(1, "one") + at(1, "two") + at(2, "three") + at(2, "four");
const cut =
  (text: string) =>
  (response: ServerResponse): void => {
    response.write(text, () => response.destroy());
  };

it("goes on after the last line when the connection breaks, within a line too", async () => {
  const { client, asked } = await serve([
    cut(at(1, "one") + at(1, "two").slice(0, -2)),
    cut(at(1, "one") + at(1, "two")),
    (response, server) => {
      server.become("a", ended);
      response.end(whole);
    },
    (response) => response.end(at(2, "three") + at(2, "four")),
  ]);
  expect(await follow(client)).toEqual(["one", "two", "three", "four"]);
  const queries = asked.map(({ query }) => [query.get("follow"), query.get("sinceTime")]);
  expect(queries).toEqual([
    ["true", null],
    ["true", "2026-01-01T00:00:01Z"],
    ["true", "2026-01-01T00:00:01Z"],
    ["false", "2026-01-01T00:00:02Z"],
  ]);
});

it("begins where another follower was", async () => {
  const { client } = await serve([(response) => response.end(whole)], ended);
  const since = { time: "2026-01-01T00:00:01.5Z", lines: 2, chars: 0 };
  expect(await follow(client, { since })).toEqual(["three", "four"]);
});

it("asks again when nothing has come for long: the connection may be dead", async () => {
  const { client, asked } = await serve([
    (response) => response.write(at(1, "one")),
    (response, server) => {
      server.become("a", ended);
      response.end(whole);
    },
  ]);
  expect(await follow(client, { idleMs: 50 })).toEqual(["one", "two", "three", "four"]);
  expect(asked.length).toBe(3);
});

it("a container that is begun again prints on", async () => {
  const crashed: PodStatus = { ...ended, phase: "Running" };
  const answers = [
    (response: ServerResponse, server: FakeApiServer): void => {
      server.put({ metadata: { name: "a" }, spec: { restartPolicy: "OnFailure", containers: [] }, status: crashed });
      response.end(at(1, "one"));
    },
    (response: ServerResponse, server: FakeApiServer): void => {
      server.become("a", ended);
      response.end(at(2, "again"));
    },
  ];
  const { client } = await serve(answers);
  expect(await follow(client)).toEqual(["one", "again"]);
});

it("what is gone with its pod is marked", async () => {
  const { client } = await serve([
    (response, server) => {
      server.drop("a");
      cut(at(1, "one"))(response);
    },
  ]);
  const gap = "gap: the pod a is gone, and so is what its log had beyond this";
  expect(await follow(client)).toEqual(["one", gap]);
});

it("of a pod that was read to its end before it went nothing is missing", async () => {
  const { client } = await serve([
    (response, server) => {
      server.drop("a");
      response.end(at(1, "one"));
    },
  ]);
  expect(await follow(client)).toEqual(["one"]);
});

it("a container that never ran has no log", async () => {
  const evicted = { phase: "Failed", reason: "Evicted" };
  const { client } = await serve([(response) => fail(response, 400, "BadRequest", "is waiting to start")], evicted);
  expect(await follow(client)).toEqual([]);
});

it("a right that is missing is told", async () => {
  const { client } = await serve([(response) => fail(response, 403, "Forbidden")]);
  await expect(follow(client)).rejects.toMatchObject({ code: "CLUSTER_REFUSED" });
});
