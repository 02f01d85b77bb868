import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, viewContext } from "../../../test/helpers/ask-service.ts";
import { fleetPlan } from "../../../test/helpers/fleet-plan.ts";
import { from, grid, planOf, planStep } from "../../../test/helpers/plans.ts";
import { moves, PlayedRun } from "../../../test/helpers/played-run.ts";
import { testRows } from "../../../test/helpers/scenario-sets.ts";
import { type LiveRun, stateOf } from "../../core/live-run.ts";
import type { Plan } from "../../core/plan.ts";
import type { Store } from "../../store/store.ts";
import { openTestStore } from "../../store/test-database.ts";
import { listFailures } from "./list-failures.ts";

let opened: Awaited<ReturnType<typeof openTestStore>>;
let store: Store;
const folder = join(tmpdir(), "flotilla-no-views");

beforeAll(async () => {
  opened = await openTestStore();
  store = opened.store;
}, 60_000);
afterAll(() => opened.close(), 60_000);

/** How many blocked tasks hang on one of these, task by task. */
function blockedBy(live: LiveRun, roots: readonly { step: number; task: number }[]): number {
  const seen = new Set<string>();
  const visit = (step: number, task: number): void => {
    for (const edge of live.topology.steps[step]!.downstream)
      edge.eachDownstream(task, (to) => {
        if (stateOf(live, edge.to, to) !== "blocked" || seen.has(`${edge.to}-${to}`)) return;
        seen.add(`${edge.to}-${to}`);
        visit(edge.to, to);
      });
  };
  for (const { step, task } of roots) visit(step, task);
  return seen.size;
}

/** Of the messages with which a played run fails, the one with a character that nobody can see. */
const unseen = 3;

describe("failures", { timeout: 120_000 }, () => {
  it("are grouped by cause, the earliest first, each with the number of tasks that it blocks", async () => {
    await fc.assert(
      fc.asyncProperty(testRows, moves, async (rows, history) => {
        const played = await PlayedRun.begin(store, fleetPlan(rows));
        await played.play(history);
        const { live } = played.owned;
        const answer = await ask(viewContext(store, played, folder), "listFailures", listFailures, { run: live.id });
        const failed = await store.listTasks(live.id, { states: ["failed"] });
        const causes = new Map(
          failed.map((row) => [
            `${row.step}|${row.cause}`,
            failed.filter((one) => one.step === row.step && one.cause === row.cause),
          ]),
        );
        expect(answer.groups.length).toBe(causes.size);
        expect(answer.blocked).toBe(live.steps.reduce((sum, { counts }) => sum + counts.blocked, 0));
        expect(answer.groups.map(({ firstAt }) => firstAt)).toEqual(
          answer.groups.map(({ firstAt }) => firstAt).toSorted((a, b) => a - b),
        );
        for (const group of answer.groups) {
          const step = live.topology.steps.findIndex(({ name }) => name === group.step);
          const members = causes.get(`${step}|${group.cause}`)!;
          expect(group.tasks).toBe(members.length);
          expect(group.firstAt).toBe(Math.min(...members.map(({ endedAt }) => endedAt!)));
          const example = members.find(({ ref }) => ref === group.example)!;
          expect(example.endedAt).toBe(group.firstAt);
          expect(group.log).toEqual([`log of ${live.id}-${step}-${example.task}-${example.attempts}`]);
          expect(group.blocked).toBe(blockedBy(live, members));
        }
      }),
      { numRuns: 40 },
    );
  });

  /** Plays every task to its end; those that `fails` names fail. */
  async function playAll(plan: Plan, fails: (ref: string) => boolean, message = 0): Promise<PlayedRun> {
    const played = await PlayedRun.begin(store, plan);
    const { live } = played.owned;
    for (;;) {
      await played.play([{ type: "start", pick: 0 }]);
      const [attempt] = live.active.values();
      if (attempt === undefined) return played;
      const ref = live.topology.steps[attempt.step]!.taskRef(attempt.task);
      await played.play([fails(ref) ? { type: "fail", pick: message } : { type: "succeed", pick: 1 }]);
    }
  }

  const carriers = grid({ carrier: ["OO", "B6", "a,b 'c"], month: [1, 2, 3, 4] });
  const plan = planOf(carriers, [
    planStep("train", ["carrier", "month"]),
    planStep("compare", ["carrier"], { inputs: { all: from("train", { collect: { atLeast: 1 } }) } }),
  ]);

  it.each([
    [/OO/, ["carrier = OO"], { carrier: "OO" }],
    [/month=3/, ["month = 3"], { month: 3 }],
    [/(OO,month=[12])/, [], undefined],
    [/./, [], undefined],
  ])("that match %s are said to share %j", async (pattern, inWords, key) => {
    const played = await playAll(plan, (ref) => ref.startsWith("train") && pattern.test(ref));
    const { groups } = await ask(viewContext(store, played, folder), "listFailures", listFailures, {
      run: played.owned.live.id,
    });
    expect(groups.map(({ step }) => step)).toEqual(["train"]);
    expect(groups[0]!.traits.map((trait) => trait.inWords)).toEqual(inWords);
    expect(groups[0]!.traits[0]?.key).toEqual(key);
  });

  it("of which few of all others have the value share it, though some with it fared better", async () => {
    const many = grid({ carrier: Array.from({ length: 30 }, (_, index) => `c${index}`), month: [1, 2, 3, 4] });
    const late = planOf(many, [planStep("train", ["carrier", "month"])]);
    const played = await playAll(late, (ref) => /carrier=c7,month=[234]/.test(ref));
    const { groups } = await ask(viewContext(store, played, folder), "listFailures", listFailures, {
      run: played.owned.live.id,
    });
    expect(groups[0]!.traits.map(({ inWords }) => inWords)).toEqual([
      "carrier = c7; 1 other has it and fared otherwise",
    ]);
  });

  it("that only a pair of values tells apart have the pair", async () => {
    const both = planOf(grid({ a: ["x", "y"], b: ["p", "q"], n: [1, 2, 3] }), [planStep("work", ["a", "b", "n"])]);
    const played = await playAll(both, (ref) => ref.includes("a=x,b=q"));
    const { groups } = await ask(viewContext(store, played, folder), "listFailures", listFailures, {
      run: played.owned.live.id,
    });
    expect(groups[0]!.traits).toEqual([{ key: { a: "x", b: "q" }, inWords: "a = x, b = q" }]);
  });

  it("are listed up to a hundred groups, those with most tasks, and the others counted", async () => {
    const steps = Array.from({ length: 103 }, (_, at) => planStep(`s${at}`, at < 3 ? [] : ["n"]));
    const played = await playAll(planOf(grid({ n: [1, 2] }), steps), () => true);
    const { id } = played.owned.live;
    const answer = await ask(viewContext(store, played, folder), "listFailures", listFailures, { run: id });
    expect([answer.groups.length, answer.more, answer.groups.every(({ tasks }) => tasks === 2)]).toEqual([
      100,
      3,
      true,
    ]);
  });

  it("are restarted by what they share when their cause cannot be pasted", async () => {
    const played = await playAll(plan, (ref) => ref.startsWith("train") && ref.includes("OO"), unseen);
    const { id } = played.owned.live;
    const { groups } = await ask(viewContext(store, played, folder), "listFailures", listFailures, { run: id });
    expect(groups[0]!.commands[0]).toEqual({
      what: "run again what failed with what these share",
      line: `flotilla restart ${id} --where 'carrier=OO'`,
    });
  });

  it("come with the commands that restart and show them, safe to paste", async () => {
    const played = await playAll(plan, (ref) => ref.startsWith("train") && ref.includes("%2Cb"));
    const { id } = played.owned.live;
    const { groups } = await ask(viewContext(store, played, folder), "listFailures", listFailures, { run: id });
    const example = "train[carrier=a%2Cb %27c,month=1]";
    expect(groups[0]!.commands.map(({ line }) => line)).toEqual([
      `flotilla restart ${id} --cause '${groups[0]!.cause.replaceAll("'", "'\\''")}'`,
      `flotilla logs '${example}' --run ${id}`,
      `flotilla show '${example}' --run ${id}`,
    ]);
  });
});
