import { beforeEach, describe, expect, it } from "vitest";
import type { EventData } from "../../api/schemas/event.ts";
import { FlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import { noCounts } from "../../core/task-state.ts";
import type { RunRow, TaskRow } from "../../store/store.ts";
import { runDetail, runSummary } from "../../../test/helpers/run-details.ts";
import { SimClock } from "../../../test/simulation/sim-clock.ts";
import type { LogGrowth } from "../content/log-growth.ts";
import { EventHub } from "./event-hub.ts";
import type { Listener } from "./listener.ts";

const run = "r0000000abcd";
const other = "r0000000abce";

/** A store with two runs, which counts what it is asked, and can be away. */
class World {
  readonly clock = new SimClock();
  readonly asked = { getRun: 0, listTasks: 0 };
  version = 1;
  otherVersion = 1;
  isAway = false;
  hint: (hint: { run: RunId | undefined }) => void = () => undefined;
  tasks: Pick<TaskRow, "step" | "task" | "state">[] = [];
  runs = [runSummary()];
  /** The log of task `train` of the run; undefined where there is no such task. */
  log: LogGrowth | undefined = { attempt: 1, size: 100, ended: false };
  looked = 0;
  readonly hub = new EventHub({
    followLog: () => {
      if (this.log === undefined) return Promise.reject(new FlotillaError("TASK_NOT_FOUND", "no such task"));
      return Promise.resolve(() => {
        this.looked++;
        return Promise.resolve(this.log!);
      });
    },
    clock: this.clock,
    epoch: "abc",
    store: {
      getRun: (id) => {
        this.asked.getRun++;
        if (this.isAway) return Promise.reject(new FlotillaError("STORE_UNREACHABLE", "away"));
        return Promise.resolve({ version: this.versionOf(id), state: "running", leased: true, fence: 1 } as RunRow);
      },
      listTasks: () => {
        this.asked.listTasks++;
        return Promise.resolve(this.tasks as TaskRow[]);
      },
      pools: () => Promise.resolve([]),
      onHint: (wake) => {
        this.hint = wake;
        return () => (this.hint = () => undefined);
      },
    },
    services: {
      getRun: ({ run: id }) =>
        id === run || id === other
          ? Promise.resolve(runDetail({ id, version: this.versionOf(id), steps: [step] }))
          : Promise.reject(new FlotillaError("RUN_NOT_FOUND", `there is no run ${id}`)),
      listRuns: () => Promise.resolve({ runs: this.runs }),
    },
  });

  versionOf(id: string): number {
    return id === other ? this.otherVersion : this.version;
  }

  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    this.clock.after(ms, () => undefined);
    await this.clock.runUntil(() => this.clock.now() >= end, ms);
  }

  async listen(options: { lastId?: string; only?: ("run" | "runs" | "log")[]; runs?: string[] } = {}): Promise<Ear> {
    const feeds = await this.hub.prepare({
      run: options.runs ?? [run],
      log: [`${run}/train`],
      only: options.only ?? ["run"],
    });
    const ear = new Ear();
    ear.leave = this.hub.join(feeds, ear, options.lastId);
    return ear;
  }
}

class Ear implements Listener {
  readonly heard: Buffer[] = [];
  isEnded = false;
  leave: () => void = () => undefined;
  send(bytes: Buffer): void {
    this.heard.push(bytes);
  }
  end(bytes: Buffer): void {
    this.heard.push(bytes);
    this.isEnded = true;
  }
  cut(): void {
    this.isEnded = true;
  }
  /** Names and ids, heartbeats left out. */
  get names(): string[] {
    return this.texts.map((text) => /event: (\w+)/.exec(text)![1]!);
  }
  get lastId(): string {
    return this.texts.map((text) => /id: (\S+)/.exec(text)?.[1]).findLast((id) => id !== undefined)!;
  }
  get texts(): string[] {
    return this.heard.map(String).filter((text) => !text.startsWith(":"));
  }
  /** Which runs the events told of, as they came. */
  get told(): string[] {
    return this.texts.flatMap((text) => /event: run\ndata: {"run":{"id":"(\w+)"/.exec(text)?.[1] ?? []);
  }
  data(index: number): EventData<"run"> {
    return JSON.parse(/data: (.*)/.exec(this.texts.at(index)!)![1]!) as EventData<"run">;
  }
}

const step = {
  ...{ name: "train", by: [], work: "", kind: "", on: "local", needs: "", tasks: 2, outputs: [] },
  counts: { ...noCounts(), active: 2 },
  medianMs: 40,
};

let world: World;
beforeEach(() => (world = new World()));

describe("those who listen to a run", () => {
  it("hear what has changed, and nothing while nothing does", async () => {
    const ear = await world.listen();
    expect(ear.names).toEqual(["reset"]);
    await world.pass(2_000);
    expect(ear.names).toEqual(["reset"]);
    world.version = 2;
    world.tasks = [{ step: 0, task: 1, state: "succeeded" }];
    await world.pass(300);
    expect(ear.names).toEqual(["reset", "run"]);
    expect(ear.data(1)).toMatchObject({
      run: { id: run, version: 2 },
      medianMs: [40],
      tasks: [[0, 1, 4]],
      changedTasks: 1,
    });
  });

  it("share one look, and the bytes of its event, however many they are", async () => {
    const ears = await Promise.all(Array.from({ length: 25 }, () => world.listen()));
    const before = world.asked.getRun;
    for (let i = 0; i < 4; i++) {
      world.version++;
      await world.pass(250);
    }
    expect(world.asked.getRun - before).toBeLessThanOrEqual(5);
    expect(world.asked.listTasks).toBeLessThanOrEqual(4);
    const [first, ...others] = ears.map(({ heard }) => heard.at(-1));
    expect(String(first)).toContain("event: run");
    for (const other of others) expect(other).toBe(first);
  });

  it("hear at most four events a second, whatever is hinted", async () => {
    const ear = await world.listen();
    for (let i = 0; i < 100; i++) {
      world.version++;
      world.hint({ run: run as RunId });
      await world.pass(10);
    }
    expect(ear.names.length).toBeLessThanOrEqual(6);
    expect(ear.names.length).toBeGreaterThan(3);
  });

  it("are not told which tasks when these are too many", async () => {
    const ear = await world.listen();
    world.tasks = Array.from({ length: 501 }, (_, task) => ({ step: 0, task, state: "active" as const }));
    world.version++;
    await world.pass(300);
    expect(ear.data(-1)).toMatchObject({ changedTasks: 501 });
    expect(ear.data(-1).tasks).toBeUndefined();
  });

  it("hear on when the store was away", async () => {
    const ear = await world.listen();
    world.isAway = true;
    world.version = 7;
    await world.pass(5_000);
    expect(ear.names).toEqual(["reset"]);
    world.isAway = false;
    await world.pass(1_500);
    expect(ear.data(-1)).toMatchObject({ run: { version: 7 } });
  });

  it("are kept awake, so that proxies do not hang up", async () => {
    const ear = await world.listen();
    await world.pass(31_000);
    expect(ear.heard.filter((bytes) => String(bytes) === ": alive\n\n")).toHaveLength(2);
  });

  it("are told when the server ends, and that is the end", async () => {
    const ear = await world.listen();
    world.hub.close();
    expect([ear.names.at(-1), ear.isEnded]).toEqual(["bye", true]);
    await expect(world.listen()).rejects.toMatchObject({ code: "SERVER_BUSY" });
  });
});

describe("one whose connection broke", () => {
  it("hears what it missed, once, and goes on", async () => {
    const ear = await world.listen();
    world.version = 2;
    await world.pass(300);
    ear.leave();
    for (const version of [3, 4]) {
      world.version = version;
      await world.pass(300);
    }
    const again = await world.listen({ lastId: ear.lastId });
    expect(again.texts.map((_, index) => again.data(index).run.version)).toEqual([3, 4]);
    world.version = 5;
    await world.pass(300);
    expect(again.data(-1).run.version).toBe(5);
    expect((await world.listen({ lastId: again.lastId })).names).toEqual([]);
  });

  it.each(["xyz-1", "abc-99", "abc", "abc-x", ""])("begins anew when %j is no event of this server", async (lastId) => {
    expect((await world.listen({ lastId })).names).toEqual(["reset"]);
  });

  it("begins anew when too much has happened since", async () => {
    const ear = await world.listen();
    for (let i = 0; i < 300; i++) {
      world.version++;
      await world.pass(250);
    }
    expect((await world.listen({ lastId: ear.texts[0]!.slice(4, 9) })).names).toEqual(["reset"]);
  });
});

describe("one who listens to several runs", () => {
  it("hears of each what happens there", async () => {
    const ear = await world.listen({ runs: [run, other, run] });
    world.version++;
    await world.pass(300);
    world.otherVersion++;
    await world.pass(300);
    expect([ear.names, ear.told]).toEqual([
      ["reset", "run", "run"],
      [run, other],
    ]);
  });

  it("hears on of the others when one is not there, and is refused when none is", async () => {
    const ear = await world.listen({ runs: ["gone", other] });
    world.otherVersion++;
    await world.pass(300);
    expect(ear.told).toEqual([other]);
    await expect(world.listen({ runs: ["gone"] })).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  });

  it("goes on with those that he had, and begins anew with one that came to them", async () => {
    const ear = await world.listen();
    world.version++;
    await world.pass(300);
    ear.leave();
    world.version++;
    await world.pass(300);
    const more = await world.listen({ lastId: ear.lastId, runs: [run, other] });
    expect(more.names).toEqual(["run", "reset"]);
    expect(more.data(1)).toMatchObject({ only: [other] });
    expect((await world.listen({ lastId: more.lastId, runs: [run, other] })).names).toEqual([]);
  });
});

describe("one who follows a log", () => {
  const sizes = (ear: Ear) =>
    ear.texts.flatMap((text) => {
      const found = /event: log\ndata: (.*)/.exec(text);
      return found ? [(JSON.parse(found[1]!) as EventData<"log">).size] : [];
    });

  it("is told how it stands, and when it has grown or ended", async () => {
    const ear = await world.listen({ only: ["log"] });
    expect(sizes(ear)).toEqual([100]);
    await world.pass(1_000);
    world.log = { attempt: 1, size: 250, ended: false };
    await world.pass(300);
    world.log = { attempt: 1, size: 250, ended: true };
    await world.pass(300);
    expect(sizes(ear)).toEqual([100, 250, 250]);
    expect(ear.texts.at(-1)).toContain(`{"run":"${run}","task":"train","attempt":1,"size":250,"ended":true}`);
  });

  it("shares one look, four a second, with all who do; and nobody looks when nobody does", async () => {
    const ears = await Promise.all(Array.from({ length: 25 }, () => world.listen({ only: ["log"] })));
    const before = world.looked;
    await world.pass(2_000);
    expect(world.looked - before).toBeLessThanOrEqual(8);
    expect(world.looked - before).toBeGreaterThanOrEqual(6);
    for (const ear of ears) ear.leave();
    await world.pass(1_100);
    const after = world.looked;
    await world.pass(60_000);
    expect([world.looked - after, world.hub.feeds]).toEqual([0, []]);
  });

  it("is told again how it stands when he comes back, also when he resumes", async () => {
    const ear = await world.listen({ only: ["run", "log"] });
    world.log = { attempt: 1, size: 250, ended: false };
    await world.pass(300);
    ear.leave();
    world.log = { attempt: 1, size: 400, ended: false };
    await world.pass(300);
    const again = await world.listen({ only: ["run", "log"], lastId: ear.lastId });
    expect([again.names, sizes(again)]).toEqual([["log"], [400]]);
  });

  it("hears on of everything else when there is no such task", async () => {
    world.log = undefined;
    const ear = await world.listen({ only: ["run", "log"] });
    world.version++;
    await world.pass(300);
    expect(ear.names).toEqual(["reset", "run"]);
  });
});

describe("a feed", () => {
  it("ends when nobody has listened for half a minute, and then costs nothing", async () => {
    const ear = await world.listen();
    ear.leave();
    await world.pass(29_000);
    expect(world.hub.feeds).toEqual([`run ${run}`]);
    await world.pass(2_000);
    expect(world.hub.feeds).toEqual([]);
    const before = world.asked.getRun;
    await world.pass(10_000);
    expect(world.asked.getRun).toBe(before);
  });

  it("ends too when whoever opened it has gone before it was ready", async () => {
    await world.hub.prepare({ run: [run], log: [], only: ["run"] });
    await world.pass(31_000);
    expect(world.hub.feeds).toEqual([]);
  });

  it("of runs tells those that are new or changed, and those that were deleted", async () => {
    const ear = await world.listen({ only: ["runs"] });
    const told = (): unknown => JSON.parse(/data: (.*)/.exec(ear.texts.at(-1)!)![1]!);
    world.runs = [runSummary({ id: "r0000000abce" }), ...world.runs];
    await world.pass(1_100);
    expect(told()).toMatchObject({ changed: [{ id: "r0000000abce" }], deleted: [] });
    world.runs = [runSummary({ id: "r0000000abce", version: 2 })];
    await world.pass(1_100);
    expect(told()).toMatchObject({ changed: [{ id: "r0000000abce", version: 2 }], deleted: [run] });
  });
});
