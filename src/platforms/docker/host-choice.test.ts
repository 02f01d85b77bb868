import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseHost, type Demand, demandOf, type HostLoad, noRoom, sumOf } from "./host-choice.ts";

const gib = 1024 ** 3;
type Named = HostLoad & { readonly name: string };

/** A host of 4 CPUs and 16 GiB of which so much is promised. */
function host(name: string, cpu: number, memory: number, attempts = cpu === 0 && memory === 0 ? 0 : 1): Named {
  const promised = { cpu, memoryBytes: memory * gib, gpu: 0 };
  return { name, cpus: 4, memoryBytes: 16 * gib, gpus: 2, attempts, promised };
}

describe("the host of an attempt", () => {
  it.each<[string, readonly Named[], number, number, string | undefined]>([
    ["that has the most left", [host("a", 3, 0), host("b", 1, 0)], 1, 0, "b"],
    ["where what is scarcest is scarce the least", [host("a", 1, 14), host("b", 2, 1)], 1, 1, "b"],
    ["the first of equal ones", [host("a", 0, 0), host("b", 0, 0)], 1, 1, "a"],
    ["with fewer attempts, where they ask for nothing", [host("a", 1, 1, 3), host("b", 1, 1, 1)], 0, 0, "b"],
    ["full to the brim", [host("a", 3.9, 0)], 0.1, 0, "a"],
    ["none, where there is no room", [host("a", 3.5, 0), host("b", 0.5, 16)], 1, 1, undefined],
    ["an idle one, for what is too large for any", [host("a", 1, 0), host("b", 0, 0)], 8, 0, "b"],
    ["none, of none", [], 1, 0, undefined],
  ])("is the one %s", (_, hosts, cpu, memory, chosen) => {
    expect(chooseHost(hosts, { cpu, memoryBytes: memory * gib, gpu: 0 })?.name).toBe(chosen);
  });

  it("takes one whose size is not known for large", () => {
    const unknown = { ...host("b", 50, 50), cpus: undefined, memoryBytes: undefined };
    expect(chooseHost([host("a", 1, 1), unknown], { cpu: 1, memoryBytes: gib, gpu: 0 })?.name).toBe("b");
  });

  it("is never promised more than it has, unless it was idle", () => {
    const demands = fc.array(
      fc.record({ cpu: fc.double({ min: 0.1, max: 6, noNaN: true }), memoryBytes: fc.nat(20), gpu: fc.nat(3) }),
    );
    fc.assert(
      fc.property(demands, (asked) => {
        const placed = new Map<string, Demand[]>([
          ["a", []],
          ["b", []],
        ]);
        const loads = (): Named[] =>
          [...placed].map(([name, held]) => ({
            name,
            cpus: 4,
            memoryBytes: 10,
            gpus: 2,
            attempts: held.length,
            promised: sumOf(held),
          }));
        for (const demand of asked) {
          const chosen = chooseHost(loads(), demand);
          if (chosen !== undefined) placed.get(chosen.name)!.push(demand);
        }
        for (const { attempts, promised } of loads())
          if (attempts > 1)
            expect([promised.cpu <= 4.001, promised.memoryBytes <= 10, promised.gpu <= 2]).toEqual([true, true, true]);
      }),
    );
  });

  it("is waited for in words", () => {
    const [one, two] = [host("a", 4, 1), host("b", 4, 1)];
    expect(noRoom([one], demandOf({ cpu: 2, memoryBytes: gib }))).toBe(
      "the host that answers has not 2 CPUs and 1 GiB free",
    );
    expect(noRoom([one], demandOf({ cpu: 1, gpu: 3 }))).toBe("the host that answers has not 1 CPUs and 3 GPUs free");
    expect(noRoom([one, two], demandOf({ cpu: 2 }))).toBe("none of the 2 hosts that answer has 2 CPUs free");
  });
});
