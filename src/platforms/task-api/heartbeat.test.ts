import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { openTaskApi } from "../../../test/helpers/ask-task-api.ts";
import { waitForNews } from "./heartbeat.ts";
import { RemoteAttempt } from "./remote-attempt.ts";

describe("a heartbeat", () => {
  it("is answered as soon as the attempt is to end, with its grace, and once it is known not again", async () => {
    const { api, flotilla, makeSpec, admit, ask } = await openTaskApi();
    const spec = makeSpec();
    const token = await admit(spec);
    expect(api.heardAt(spec.id)).toBeUndefined();
    const first = ask(token, "POST", "/v1/heartbeat", Buffer.alloc(0));
    api.cancel(spec.id, { graceMs: 300, why: "timeout" });
    expect((await first).text).toBe('{"cancel":{"graceMs":300}}');
    expect(api.heardAt(spec.id)).toBeLessThanOrEqual(performance.now());
    api.cancel(spec.id, { graceMs: 1, why: "cancel" });
    expect((await ask(token, "POST", "/v1/heartbeat", Buffer.alloc(0))).text).toBe('{"cancel":{"graceMs":300}}');
    const attempt = new RemoteAttempt(flotilla, spec.id);
    const known = waitForNews(attempt, { socket: new EventEmitter() } as unknown as IncomingMessage, {
      knowsCancel: true,
    });
    attempt.wake();
    expect(await known).toEqual({});
  });

  it("leaves nothing behind on a connection that carries many", async () => {
    const { flotilla, makeSpec } = await openTaskApi();
    const attempt = new RemoteAttempt(flotilla, makeSpec().id);
    const socket = new EventEmitter();
    for (let i = 0; i < 20; i++) {
      const beat = waitForNews(attempt, { socket } as unknown as IncomingMessage, { knowsCancel: false });
      attempt.wake();
      expect(await beat).toEqual({});
    }
    expect([socket.listenerCount("close"), attempt.wakers.size]).toEqual([0, 0]);
  });

  it("is let go when its connection is", async () => {
    const { flotilla, makeSpec } = await openTaskApi();
    const attempt = new RemoteAttempt(flotilla, makeSpec().id);
    const socket = new EventEmitter();
    const beat = waitForNews(attempt, { socket } as unknown as IncomingMessage, { knowsCancel: false });
    socket.emit("close");
    expect(await beat).toEqual({});
    expect(attempt.wakers.size).toBe(0);
  });
});
