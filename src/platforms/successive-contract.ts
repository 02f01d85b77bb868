import { describe, expect, it } from "vitest";
import type { AttemptSpec, Platform, Report } from "./platform.ts";
import { letGoOn, listen, type PlatformGround, pythonSpec, textsOf, waitFor } from "./platform-contract.ts";

/** What a platform with `isSuccessive` must do besides; see `Platform`. */
export function successiveContract(name: string, make: () => Promise<PlatformGround>): void {
  describe(`successive platform contract: ${name}`, { timeout: 30_000 }, () => {
    const begin = async () => {
      const ground = await make();
      const platform = ground.open();
      const reports = listen(platform);
      const [first, second] = [waiting(ground), waiting(ground)];
      await platform.start(first);
      await reports.wait(first.id, "running");
      await waitFor(async () => (await hasBegun(platform, first)) || undefined);
      return { ground, platform, reports, first, second, behind: { ...second, behind: first.id } };
    };
    const typesOf = (all: readonly Report[], { id }: AttemptSpec): string[] =>
      all.filter(({ attempt }) => attempt === id).map(({ type }) => type);

    it("begins an attempt in the place of the one before it, and not sooner", async () => {
      const { ground, platform, reports, first, second, behind } = await begin();
      await platform.start(behind);
      await platform.start(behind);
      expect(await hasBegun(platform, second)).toBe(false);
      await letGoOn(platform, first);
      const ended = await reports.ended(first.id);
      const running = (await reports.wait(second.id, "running")) as Extract<Report, { type: "running" }>;
      expect(running.at).toBeGreaterThanOrEqual(ended.evidence.endedAt! - 20); // told by one clock, one after the other
      const third = waiting(ground);
      await platform.start({ ...third, behind: second.id });
      await letGoOn(platform, second);
      await letGoOn(platform, third);
      for (const { id } of [first, second, third])
        expect((await reports.ended(id)).evidence).toMatchObject({ completed: true });
      expect(typesOf(reports.all, second)).toEqual(["running", "ended"]);
    });

    it("starts it at once when it need not wait any more", async () => {
      const { platform, reports, first, second, behind } = await begin();
      await platform.start(behind);
      await platform.start(second);
      await reports.wait(second.id, "running");
      expect(typesOf(reports.all, first)).toEqual(["running"]);
      await letGoOn(platform, first);
      await letGoOn(platform, second);
      for (const { id } of [first, second])
        expect((await reports.ended(id)).evidence).toMatchObject({ completed: true });
      expect(typesOf(reports.all, second)).toEqual(["running", "ended"]);
    });

    it("starts it when told so after the one before it has ended, in whatever way", async () => {
      const { platform, reports, first, second, behind } = await begin();
      await platform.start(behind);
      await platform.cancel(first.id, { graceMs: 5000, why: "cancel" });
      await reports.ended(first.id);
      await platform.start(second);
      await letGoOn(platform, second);
      expect((await reports.ended(second.id)).evidence).toMatchObject({ completed: true });
      expect((await reports.ended(first.id)).evidence).toMatchObject({ endedByUs: "cancel" });
    });

    it("withdraws what has not begun, for good, and nothing else", async () => {
      const { platform, reports, first, second, behind } = await begin();
      const withdraw = { graceMs: 5000, why: "withdraw" } as const;
      await platform.start(behind);
      await platform.cancel(second.id, withdraw);
      expect((await reports.ended(second.id)).evidence).toMatchObject({ neverStarted: expect.any(String) });
      await platform.cancel(first.id, withdraw);
      await letGoOn(platform, first);
      expect((await reports.ended(first.id)).evidence).toMatchObject({ completed: true });
      reports.all.length = 0;
      await platform.start(second);
      expect((await reports.ended(second.id)).evidence).toMatchObject({ neverStarted: expect.any(String) });
    });

    it("cancels what waits behind another without touching that one", async () => {
      const { platform, reports, first, second, behind } = await begin();
      await platform.start(behind);
      await platform.cancel(second.id, { graceMs: 5000, why: "cancel" });
      expect((await reports.ended(second.id)).evidence).toMatchObject({ endedByUs: "cancel" });
      await letGoOn(platform, first);
      expect((await reports.ended(first.id)).evidence).toMatchObject({ completed: true });
    });

    it("runs it once when another instance takes over meanwhile", async () => {
      const { ground, platform, first, second, behind } = await begin();
      await platform.start(behind);
      await platform.close();
      const other = ground.open();
      const reports = listen(other);
      await other.adopt([first]);
      await other.start(behind);
      await letGoOn(other, first);
      await reports.ended(first.id);
      await other.start(second);
      await letGoOn(other, second);
      expect((await reports.ended(second.id)).evidence).toMatchObject({ completed: true });
      expect((await textsOf(other.logs(second.id))).filter((line) => line === "done")).toEqual(["done"]);
    });
  });
}

function waiting(ground: PlatformGround): AttemptSpec {
  return pythonSpec(ground, "wait_for_file", { outputs: { model: { type: "file", path: "model.bin" } } });
}

async function hasBegun(platform: Platform, { id }: AttemptSpec): Promise<boolean> {
  return (await textsOf(platform.logs(id))).length > 0;
}
