import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import type { Store, TokenRow } from "../store.ts";

const token = (name: string): TokenRow => ({
  id: `t${randomBytes(4).toString("hex")}`,
  name,
  role: "viewer",
  hash: randomBytes(32).toString("hex"),
  createdAt: 1_000,
});

/** Who may use a server. */
export function testTokens(open: () => Store): void {
  it("keeps tokens by name, and knows them by name and id until they are removed", async () => {
    const [ada, bob] = [token("ada"), token("bob")];
    expect(await open().addToken(bob)).toBe(true);
    expect(await open().addToken(ada)).toBe(true);
    expect(await open().tokens()).toEqual([ada, bob]);
    expect(await open().removeToken("ada")).toBe(true);
    expect(await open().removeToken(bob.id)).toBe(true);
    expect(await open().removeToken("ada")).toBe(false);
    expect(await open().tokens()).toEqual([]);
  });

  it("takes no second token of a name, and the same one twice", async () => {
    const first = token("eve");
    expect(await open().addToken(first)).toBe(true);
    expect(await open().addToken(first)).toBe(true);
    expect(await open().addToken(token("eve"))).toBe(false);
    expect(await open().tokens()).toEqual([first]);
    await open().removeToken("eve");
  });
}
