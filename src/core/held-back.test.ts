import { describe, expect, it } from "vitest";
import { limitInWords } from "./held-back.ts";

describe("a limit in words", () => {
  it.each([
    ["pool:gpu", "pool gpu was full"],
    ["pool:a/b", "pool a/b was full"],
    ["local/memory", "all memory of local was taken"],
    ["local/slots", "all room of local was taken"],
    ["cluster/licence", "all licence of cluster was taken"],
    ["run", "its run had as many tasks at once as it may"],
    ["step", "its step had as many tasks at once as it may"],
  ])("%s", (limit, words) => expect(limitInWords(limit)).toBe(words));
});
