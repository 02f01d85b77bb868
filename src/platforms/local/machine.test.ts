import { mkdirSync, writeFileSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../artifacts/temporary-folder.ts";
import { readMachine } from "./machine.ts";

function groups(files: Record<string, string>): string {
  const root = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${content}\n`);
  }
  return root;
}

describe("machine", () => {
  it("is the hardware where no control group limits it", () => {
    const machine = readMachine({
      root: groups({ "memory.max": "max", "cpu.max": "max 100000" }),
      membership: "0::/\n",
    });
    expect(machine.memoryBytes).toBe(totalmem());
    expect(machine.cpus).toBeGreaterThanOrEqual(1);
    expect(machine.memoryFrom).toBe("memory of the machine");
  });

  it("has the share of a version-2 group, also of one further up", () => {
    const root = groups({
      "a/cpu.max": "50000 100000",
      "a/b/memory.max": "1000000",
      "a/memory.max": "2000000",
      "a/b/cpu.max": "max 100000",
    });
    const machine = readMachine({ root, membership: "0::/a/b\n" });
    expect(machine).toMatchObject({ cpus: 0.5, memoryBytes: 1_000_000 });
    expect(machine.cpusFrom).toBe(join(root, "a", "cpu.max"));
    expect(machine.memoryFrom).toBe(join(root, "a", "b", "memory.max"));
  });

  it("has the share of version-1 groups", () => {
    const root = groups({
      "cpu/job/cpu.cfs_quota_us": "25000",
      "cpu/job/cpu.cfs_period_us": "100000",
      "memory/job/memory.limit_in_bytes": "3000000",
      "memory/memory.limit_in_bytes": "9223372036854771712",
    });
    expect(readMachine({ root, membership: "5:memory:/job\n4:cpu,cpuacct:/job\n" })).toMatchObject({
      cpus: 0.25,
      memoryBytes: 3_000_000,
    });
  });

  it("sees the limit of a container, whose group has another path on the host", () => {
    const root = groups({
      "memory/memory.limit_in_bytes": "4000000",
      "cpu/cpu.cfs_quota_us": "-1",
      "cpu/cpu.cfs_period_us": "100000",
    });
    const machine = readMachine({ root, membership: "5:memory:/docker/abc\n4:cpu:/docker/abc\n" });
    expect(machine.memoryBytes).toBe(4_000_000);
    expect(machine.cpus).toBeGreaterThanOrEqual(1);
  });
});
