import type { Json } from "../../core/json.ts";

/** An answer that is not what was asked for; thrown by whatever finds out, and sent as it is. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Json;

  constructor(status: number, body: Json) {
    super(`${status}: ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

/** Nothing is said of what there might be. */
export const unauthorized = (): Refusal => new Refusal(401, { error: "no attempt is open to this token" });
export const notFound = (): Refusal => new Refusal(404, { error: "there is nothing here for this attempt" });
/** Whoever asks may come again. */
export const notNow = (why: string): Refusal => new Refusal(503, { error: why });
export const malformed = (why: string): Refusal => new Refusal(400, { error: why });
export const tooLarge = (why: string): Refusal => new Refusal(413, { error: why });
