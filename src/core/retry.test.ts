import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideRetry, mostAttempts, unused, type BudgetsUsed, type RetryDecision } from "./retry.ts";
import { type RetryClass, retryClasses } from "./retry-class.ts";
import type { RetryPolicy } from "./plan.ts";

const mebibyte = 2 ** 20;

/** Fails again and again in one class; how it goes until it is given up. */
function failUntilGivenUp(retryClass: RetryClass, policy: RetryPolicy, memoryBytes?: number): RetryDecision[] {
  const decisions: RetryDecision[] = [];
  let used: BudgetsUsed = unused;
  for (;;) {
    const resources = memoryBytes === undefined ? { cpu: 1 } : { cpu: 1, memoryBytes };
    const decision = decideRetry(retryClass, policy, resources, used, 0.5);
    decisions.push(decision);
    if (decision.type === "give-up") return decisions;
    used = decision.used;
  }
}

describe("decideRetry", () => {
  it.each([
    ["user", 0],
    ["user_fatal", 0],
    ["timeout", 0],
    ["config", 0],
    ["never_started", 5],
    ["disrupted", 10],
    ["disk", 1],
    ["engine", 2],
  ] as const)("retries %s %i times when the step says nothing", (retryClass, retries) => {
    expect(failUntilGivenUp(retryClass, { rules: {} })).toHaveLength(retries + 1);
  });

  it("takes timeouts and errors from one budget", () => {
    const policy = { rules: { user: { retries: 1 } } };
    const first = decideRetry("timeout", policy, { cpu: 1 }, unused, 0);
    expect(first.type).toBe("retry");
    expect(decideRetry("user", policy, { cpu: 1 }, first.used, 0).type).toBe("give-up");
  });

  it("keeps the user's retries when the machine was at fault", () => {
    const disrupted = decideRetry("disrupted", { rules: { user: { retries: 1 } } }, { cpu: 1 }, unused, 0);
    expect(decideRetry("user", { rules: { user: { retries: 1 } } }, { cpu: 1 }, disrupted.used, 0).type).toBe("retry");
  });

  it("raises memory up to its limit, and then gives up", () => {
    const policy = { rules: { out_of_memory: { retries: 5, growth: { factor: 1.5, limitBytes: 200 * mebibyte } } } };
    const decisions = failUntilGivenUp("out_of_memory", policy, 100 * mebibyte);
    expect(decisions.map(({ used }) => used.memoryBytes! / mebibyte)).toEqual([150, 200, 200]);
    expect(decisions.at(-1)!.why).toContain("200 MiB");
  });

  it("does not repeat an attempt that ran out of memory with the same memory", () => {
    expect(failUntilGivenUp("out_of_memory", { rules: {} }, 100 * mebibyte)).toHaveLength(1);
  });

  it("raises the disk up to its limit where there is one to raise, and else tries again as it was", () => {
    const policy = { rules: { disk: { retries: 5, growth: { factor: 2, limitBytes: 300 * mebibyte } } } };
    let used: BudgetsUsed = unused;
    const raised = [1, 2, 3].map(() => {
      const decision = decideRetry("disk", policy, { cpu: 1, diskBytes: 100 * mebibyte }, used, 0);
      used = decision.used;
      return [decision.type, used.diskBytes! / mebibyte];
    });
    expect(raised).toEqual([
      ["retry", 200],
      ["retry", 300],
      ["give-up", 300],
    ]);
    expect(decideRetry("disk", policy, { cpu: 1 }, unused, 0)).toMatchObject({ type: "retry" });
    expect(decideRetry("out_of_memory", policy, { cpu: 1 }, used, 0).used.diskBytes).toBe(300 * mebibyte);
  });

  it("waits longer each time, never longer than the most, never less than half of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (before, roll) => {
        const used: BudgetsUsed = { byClass: { disrupted: before }, attempts: before };
        const policy = { rules: { disrupted: { retries: 100, backoffMs: 100, backoffMaxMs: 5000 } } };
        const decision = decideRetry("disrupted", policy, { cpu: 1 }, used, roll);
        const full = Math.min(100 * 2 ** before, 5000);
        expect(decision.type === "retry" && decision.afterMs >= Math.floor(full / 2) && decision.afterMs <= full).toBe(
          true,
        );
      }),
    );
  });

  it("ends every task after a bounded number of attempts, whatever the classes and the policy", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...retryClasses), { minLength: mostAttempts, maxLength: mostAttempts }),
        (classes) => {
          const rules = Object.fromEntries(retryClasses.map((name) => [name, { retries: 1000 }]));
          let used: BudgetsUsed = unused;
          const ended = classes.some((retryClass) => {
            const decision = decideRetry(retryClass, { rules }, { cpu: 1 }, used, 0);
            used = decision.used;
            return decision.type === "give-up";
          });
          expect(ended).toBe(true);
        },
      ),
    );
  });
});
