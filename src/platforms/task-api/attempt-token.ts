import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import { parseAttemptId } from "../../core/ids.ts";
import type { AttemptId } from "../../core/ids.ts";

/**
 * The tokens of attempts: `<attempt id>.<HMAC of it>`, by a key that never leaves the project's folder. Whoever has the
 * folder makes the same token again, so none is stored, and an attempt id is never given twice.
 */
export class AttemptTokens {
  readonly #key: Buffer;

  /** @param flotilla the project's `.flotilla` folder; the key is made in it, readable for its owner alone, if it has none */
  constructor(flotilla: string) {
    this.#key = readKey(join(flotilla, "task-api.key"));
  }

  of(attempt: AttemptId): string {
    return `${attempt}.${this.#seal(attempt).toString("base64url")}`;
  }

  /** The attempt that an `Authorization` header speaks for. */
  attemptOf(header: string | undefined): AttemptId | undefined {
    const [, id, seal] = /^Bearer ([0-9a-z-]{1,63})\.([\w-]{43})$/.exec(header ?? "") ?? [];
    if (id === undefined || seal === undefined || parseAttemptId(id) === undefined) return undefined;
    const attempt = id as AttemptId;
    // Compared as text: the last character of base64 has spare bits, and a token is to have one spelling.
    return timingSafeEqual(Buffer.from(seal), Buffer.from(this.#seal(attempt).toString("base64url")))
      ? attempt
      : undefined;
  }

  /** Of a pack: `pack-…`, which no attempt is called. It opens the handing out of its attempts, and none of them. */
  ofPack(pack: string): string {
    return `${pack}.${this.#seal(pack).toString("base64url")}`;
  }

  packOf(header: string | undefined): string | undefined {
    const [, pack, seal] = /^Bearer (pack-[0-9a-z-]{1,58})\.([\w-]{43})$/.exec(header ?? "") ?? [];
    if (pack === undefined || seal === undefined) return undefined;
    return timingSafeEqual(Buffer.from(seal), Buffer.from(this.#seal(pack).toString("base64url"))) ? pack : undefined;
  }

  /** A name for what is alike, that says nothing and that only this project has. */
  kindOf(what: string): string {
    return createHmac("sha256", this.#key).update(`kind ${what}`).digest("hex").slice(0, 12);
  }

  #seal(name: string): Buffer {
    return createHmac("sha256", this.#key).update(name).digest();
  }
}

/** Of several processes that make it at once, one comes first; all read what that one wrote. */
function readKey(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if (errnoOf(thrown) !== "ENOENT") throw thrown;
  }
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(own, randomBytes(32), { mode: 0o600, flag: "wx" });
  try {
    linkSync(own, path);
  } catch (thrown) {
    if (errnoOf(thrown) !== "EEXIST") throw thrown;
  } finally {
    rmSync(own);
  }
  return readFileSync(path);
}
