import { createHash, timingSafeEqual } from "node:crypto";
import type { TokenRow } from "../../store/store.ts";

/** How long a revoked token may still be taken. */
const keptMs = 2_000;
/** A token that is not known may just have been made; whoever guesses makes the store read no more often than this. */
const keptForUnknownMs = 200;

/** Who holds a token. */
export type Holder = Pick<TokenRow, "name" | "role">;

/** The tokens of the store, read again when what is known of them is two seconds old, or does not explain a token. */
export class KnownTokens {
  readonly #read: () => Promise<readonly TokenRow[]>;
  readonly #now: () => number;
  #known: Promise<readonly TokenRow[]> | undefined;
  #readAt = -Infinity;

  /** `now` in milliseconds, of a clock that never goes back. */
  constructor(read: () => Promise<readonly TokenRow[]>, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  async areAny(): Promise<boolean> {
    return (await this.#rows()).length > 0;
  }

  /** All are compared, each in constant time, so that the answer's delay tells nothing. */
  async holderOf(token: string): Promise<Holder | undefined> {
    const hash = hashToken(token);
    return findHolder(await this.#rows(), hash) ?? findHolder(await this.#rows(keptForUnknownMs), hash);
  }

  #rows(mostAgeMs = keptMs): Promise<readonly TokenRow[]> {
    if (this.#known === undefined || this.#now() - this.#readAt > mostAgeMs) {
      this.#readAt = this.#now();
      const known = this.#read();
      this.#known = known;
      known.catch(() => {
        if (this.#known === known) this.#known = undefined;
      });
    }
    return this.#known;
  }
}

function findHolder(rows: readonly TokenRow[], hash: string): Holder | undefined {
  let holder: Holder | undefined;
  for (const row of rows) if (areEqual(row.hash, hash)) holder = row;
  return holder;
}

/** How a token is stored. It is random and long, so a plain hash can be undone by nobody. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Takes as long whether they differ early or late. */
export function areEqual(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
