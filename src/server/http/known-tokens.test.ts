import { expect, it } from "vitest";
import type { TokenRow } from "../../store/store.ts";
import { hashToken, KnownTokens } from "./known-tokens.ts";

const row = (name: string): TokenRow => ({
  id: name,
  name,
  role: "viewer",
  hash: hashToken(`token of ${name}`),
  createdAt: 0,
});

function kept() {
  const store: TokenRow[] = [row("ada")];
  const clock = { ms: 0, reads: 0 };
  const tokens = new KnownTokens(
    () => {
      clock.reads++;
      return Promise.resolve([...store]);
    },
    () => clock.ms,
  );
  return { store, clock, tokens };
}

it("a token that was just made is taken at once", async () => {
  const { store, clock, tokens } = kept();
  expect((await tokens.holderOf("token of ada"))?.name).toBe("ada");
  store.push(row("bo"));
  clock.ms = 300;
  expect((await tokens.holderOf("token of bo"))?.name).toBe("bo");
});

it("whoever guesses makes the store read five times a second at most", async () => {
  const { clock, tokens } = kept();
  for (clock.ms = 0; clock.ms < 1_000; clock.ms++) expect(await tokens.holderOf(`guess ${clock.ms}`)).toBeUndefined();
  expect(clock.reads).toBeLessThanOrEqual(5);
});

it("a revoked token is taken for two seconds at most", async () => {
  const { store, clock, tokens } = kept();
  await tokens.holderOf("token of ada");
  store.pop();
  clock.ms = 2_001;
  expect(await tokens.holderOf("token of ada")).toBeUndefined();
});
