import { describe, expect, it } from "vitest";
import { createRefresher } from "./refresher.ts";

/** A refresher in a world whose time passes when it is told to. */
function setUp() {
  let time = 0;
  const world = { hidden: false, refetched: [] as string[], answer: [] as (() => void)[] };
  const due: { at: number; work: () => void }[] = [];
  const refresher = createRefresher({
    refetch: (key) => {
      world.refetched.push(`${JSON.stringify(key)} at ${time}`);
      return new Promise<void>((resolve) => world.answer.push(resolve));
    },
    isHidden: () => world.hidden,
    now: () => time,
    later: (work, ms) => void due.push({ at: time + ms, work }),
  });
  async function answerAll(): Promise<void> {
    for (const answer of world.answer.splice(0)) answer();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
  async function pass(ms: number): Promise<void> {
    const end = time + ms;
    for (;;) {
      const next = due.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      due.splice(due.indexOf(next), 1);
      time = next.at;
      next.work();
      await answerAll();
    }
    time = end;
  }
  return { refresher, world, pass, answerAll };
}

describe("views that are out of date", () => {
  it("are read again at once, and three times a second at most", async () => {
    const { refresher, world, pass, answerAll } = setUp();
    for (let at = 0; at < 100; at++) {
      refresher.mark(["run"]);
      await answerAll();
      await pass(10);
    }
    await pass(1_000);
    const times = world.refetched.map((line) => Number(line.split(" at ")[1]));
    expect(times.length).toBeGreaterThanOrEqual(3);
    for (const [at, time] of times.entries()) expect(time - (times[at - 1] ?? -1_000)).toBeGreaterThanOrEqual(333);
    expect(world.refetched[0]).toBe('["run"] at 0');
  });

  it("are not asked for a second time while the first answer is on its way, and then once more", async () => {
    const { refresher, world, pass, answerAll } = setUp();
    refresher.mark(["slow"]);
    refresher.mark(["slow"]);
    refresher.mark(["slow"]);
    expect(world.refetched).toHaveLength(1);
    await answerAll();
    await pass(1_000);
    expect(world.refetched).toHaveLength(2);
  });

  it("wait for the page to be looked at", async () => {
    const { refresher, world, answerAll } = setUp();
    world.hidden = true;
    refresher.mark(["a"]);
    refresher.mark(["b"]);
    await answerAll();
    expect(world.refetched).toEqual([]);
    world.hidden = false;
    refresher.wake();
    expect(world.refetched).toHaveLength(2);
  });

  it("do not wait for each other", () => {
    const { refresher, world } = setUp();
    refresher.mark(["a"]);
    refresher.mark(["b"]);
    expect(world.refetched).toHaveLength(2);
  });
});
