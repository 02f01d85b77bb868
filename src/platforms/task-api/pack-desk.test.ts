import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import type { AttemptId } from "../../core/ids.ts";
import { PackDesk } from "./pack-desk.ts";
import { Refusal } from "./refusal.ts";

const limits = { upTo: 3, atMostMs: 1000, idleMs: 100 };
const id = (name: string): AttemptId => name as AttemptId;

/** A desk whose questions are answered at once where there is nothing to hand out. */
function open(): {
  desk: PackDesk;
  noted: string[];
  at: { now: number };
  ask: (pack: string, number: number) => Promise<unknown>;
  answerWithin: (ms: number) => void;
} {
  const noted: string[] = [];
  const at = { now: 0 };
  const options = { answerWithinMs: 0 };
  const desk = new PackDesk({
    note: (attempt, pack, number) => void noted.push(`${attempt} ${pack} ${number}`),
    tokenOf: (attempt) => `token of ${attempt}`,
    now: () => at.now,
    get answerWithinMs() {
      return options.answerWithinMs;
    },
  });
  const ask = (pack: string, number: number): Promise<unknown> => desk.ask(pack, number, request());
  return { desk, noted, at, ask, answerWithin: (ms) => void (options.answerWithinMs = ms) };
}

/** As far as the desk looks at one. */
function request(): IncomingMessage {
  return { socket: new EventEmitter() } as unknown as IncomingMessage;
}

describe("a desk where packs ask for attempts", () => {
  it("hands out in the order of coming, each noted before, and gives the same again for the same number", async () => {
    const { desk, noted, ask } = open();
    desk.open("p", "kind", limits);
    desk.add("kind", id("a"));
    desk.add("kind", id("b"));
    expect(await ask("p", 0)).toEqual({ token: "token of a" });
    expect(await ask("p", 0)).toEqual({ token: "token of a" });
    expect(noted).toEqual(["a p 0"]);
    expect(await ask("p", 1)).toEqual({ token: "token of b" });
    expect(await ask("p", 2)).toEqual({});
    desk.finished(id("a"));
    expect(await ask("p", 0)).toEqual({ token: "" });
  });

  it("does not give a pack of one kind what is of another", async () => {
    const { desk, ask } = open();
    desk.open("p", "kind", limits);
    desk.add("other", id("a"));
    expect(await ask("p", 0)).toEqual({});
    expect(desk.waiting("other")).toEqual(["a"]);
  });

  it("keeps an attempt for a pack that has nothing to do, or that will come, from one that is at work", async () => {
    const { desk, ask } = open();
    for (const pack of ["busy", "coming"]) desk.open(pack, "kind", limits);
    desk.add("kind", id("a"));
    expect(await ask("busy", 0)).toEqual({ token: "token of a" });
    desk.add("kind", id("b"));
    expect(await ask("busy", 1)).toEqual({});
    expect(await ask("coming", 0)).toEqual({ token: "token of b" });
    desk.add("kind", id("c"));
    expect(await ask("busy", 1)).toEqual({ token: "token of c" });
  });

  it.each([
    ["it has had as many as it may", 3, 0],
    ["it is as old as it may get", 1, 1000],
  ])("sends a pack away when %s", async (_why, count, later) => {
    const { desk, at, ask } = open();
    desk.open("p", "kind", limits);
    for (let number = 0; number < count; number++) {
      desk.add("kind", id(`a${number}`));
      expect(await ask("p", number)).toEqual({ token: `token of a${number}` });
    }
    at.now += later;
    desk.add("kind", id("late"));
    expect(await ask("p", count)).toEqual({ leave: true });
    expect(desk.waiting("kind")).toEqual(["late"]);
    expect(desk.takers("kind")).toBe(0);
  });

  it("sends one away that has had nothing to do for long, and not one that has yet to come", async () => {
    const { desk, at, ask } = open();
    desk.open("p", "kind", limits);
    at.now = 500;
    expect(desk.takers("kind")).toBe(1);
    desk.add("kind", id("a"));
    expect(await ask("p", 0)).toEqual({ token: "token of a" });
    at.now += 200;
    expect(await ask("p", 1)).toEqual({});
    desk.finished(id("a"));
    at.now += 100;
    expect(await ask("p", 1)).toEqual({ leave: true });
  });

  it("does not count on a pack that does not ask, until it does", async () => {
    const { desk, ask } = open();
    for (const pack of ["busy", "silent"]) desk.open(pack, "kind", limits);
    desk.doubt("silent");
    expect(desk.takers("kind")).toBe(1);
    for (const attempt of ["a", "b"]) desk.add("kind", id(attempt));
    expect(await ask("busy", 0)).toEqual({ token: "token of a" });
    expect(await ask("busy", 1)).toEqual({ token: "token of b" });
    expect(await ask("silent", 0)).toEqual({});
    expect(desk.takers("kind")).toBe(2);
  });

  it("answers a question that waits as soon as there is something", async () => {
    const { desk, ask, answerWithin } = open();
    answerWithin(60_000);
    desk.open("p", "kind", { ...limits, idleMs: 60_000 });
    const asked = ask("p", 0);
    desk.add("kind", id("a"));
    expect(await asked).toEqual({ token: "token of a" });
  });

  it("gives back what a pack had that is no more, and goes on counting where an earlier process was", async () => {
    const { desk, ask } = open();
    desk.open("p", "kind", limits);
    desk.wasHanded(id("b"), "p", 1);
    expect(await ask("p", 1)).toEqual({ token: "token of b" });
    expect(await ask("p", 0)).toEqual({ token: "" });
    expect(desk.atWork("kind")).toBe(1);
    expect(desk.close("p")).toEqual(["b"]);
    await expect(ask("p", 2)).rejects.toThrow(Refusal);
  });

  it("leaves waiting what cannot be noted", async () => {
    const desk = new PackDesk({
      note: () => {
        throw new Error("no space left on device");
      },
      tokenOf: () => "",
      answerWithinMs: 0,
    });
    desk.open("p", "kind", limits);
    desk.add("kind", id("a"));
    expect(await desk.ask("p", 0, request())).toEqual({});
    expect(desk.waiting("kind")).toEqual(["a"]);
    expect(desk.remove("kind", id("a"))).toBe(true);
    expect(desk.remove("kind", id("a"))).toBe(false);
  });
});
