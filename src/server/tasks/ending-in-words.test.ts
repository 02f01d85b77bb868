import { describe, expect, it } from "vitest";
import { retryClasses } from "../../core/retry-class.ts";
import { endingInWords } from "./ending-in-words.ts";

describe("how an attempt ended, in words", () => {
  it("names limit and peak when memory ran out, and what to do", () => {
    const evidence = {
      completed: false,
      outOfMemory: { seenBy: "cgroup", limitBytes: 2 ** 29 },
      peakMemoryBytes: 2 ** 29,
    } as const;
    expect(endingInWords(evidence, "out_of_memory")).toBe(
      "out of memory (limit 512 MiB, peak 512 MiB): ask for more memory in `resources`, or let it grow with `retry.outOfMemory.upTo`",
    );
  });

  it("tells success, a cancellation and a failure apart", () => {
    expect(endingInWords({ completed: true, exitCode: 0 }, undefined)).toBe("succeeded");
    expect(endingInWords({ completed: false, endedByUs: "cancel" }, undefined)).toBe("cancelled");
    expect(endingInWords({ completed: false, exitCode: 3 }, undefined)).toMatch(
      /^ended with exit code 3: the task's own/,
    );
  });

  it.each(retryClasses)("says something of %s", (retryClass) => {
    expect(endingInWords({ completed: false, exitCode: 1 }, retryClass).length).toBeGreaterThan(20);
  });
});
