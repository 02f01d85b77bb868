import type { EventData } from "../../api/schemas/event.ts";
import type { LogGrowth } from "../content/log-growth.ts";
import type { Source } from "./feed.ts";

/** A log by how a request names it. */
export interface LogName {
  readonly run: string;
  readonly task: string;
}

export type FollowLog = (log: LogName) => Promise<() => Promise<LogGrowth>>;

/** While an attempt writes, its readers hear of it four times a second. */
const busyMs = 250;
/** Before the first attempt, and after the last: another one may begin. */
const quietMs = 2_000;

/** The size of one log, looked at while somebody reads it. */
export class LogSource implements Source<"log"> {
  readonly name = "log";
  readonly isWhole = true;
  readonly #log: LogName;
  readonly #follow: FollowLog;
  #look: (() => Promise<LogGrowth>) | undefined;
  #known: LogGrowth | undefined;

  constructor(log: LogName, follow: FollowLog) {
    this.#log = log;
    this.#follow = follow;
  }

  get everyMs(): number {
    return this.#known?.attempt === 0 || this.#known?.ended === true ? quietMs : busyMs;
  }

  async look(): Promise<EventData<"log"> | undefined> {
    this.#look ??= await this.#follow(this.#log);
    const before = this.#known;
    const now = await this.#look();
    this.#known = now;
    return before !== undefined && isSame(before, now) ? undefined : { ...this.#log, ...now };
  }
}

function isSame(one: LogGrowth, other: LogGrowth): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
