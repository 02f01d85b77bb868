import type { AttemptId } from "./ids.ts";

/** Something that happens by itself when its time comes. Entries are never taken out: whoever gets one checks that it still means something. */
export type Due =
  | { readonly type: "backoff"; readonly at: number; readonly step: number; readonly task: number }
  | { readonly type: "timeout"; readonly at: number; readonly attempt: AttemptId }
  | { readonly type: "run-timeout"; readonly at: number };

/** The things that are due later, earliest first; equal times in the order in which they came. */
export class DueTimes {
  readonly #entries: Due[] = [];

  add(due: Due): void {
    const entries = this.#entries;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle]!.at <= due.at) high = middle;
      else low = middle + 1;
    }
    // Kept in falling order, so that the earliest is cheap to take: time limits, which come in rising order, insert at the front.
    entries.splice(low, 0, due);
  }

  next(): number | undefined {
    return this.#entries.at(-1)?.at;
  }

  takeDue(now: number): Due[] {
    const taken: Due[] = [];
    for (let last = this.#entries.at(-1); last !== undefined && last.at <= now; last = this.#entries.at(-1)) {
      taken.push(last);
      this.#entries.pop();
    }
    return taken;
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
