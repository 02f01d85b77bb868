import type { IncomingMessage } from "node:http";
import type { AttemptId } from "../../core/ids.ts";
import type { JsonObject } from "../../core/json.ts";
import type { PackLimits } from "../../core/plan.ts";
import { notNow } from "./refusal.ts";

/** A place that carries out attempts of one kind, one after the other. */
interface Pack {
  readonly name: string;
  readonly kind: string;
  readonly limits: PackLimits;
  /** When it first asked. */
  begunAt: number | undefined;
  /** By number; a hole is one that was over before this process came. */
  readonly handed: (AttemptId | undefined)[];
  /** Of those, the ones that are not over. */
  readonly open: Set<AttemptId>;
  /** Since when it has had nothing to do; meaningful once it has begun. */
  idleSince: number;
  /** It waits for an attempt of this number. */
  asking: { readonly number: number; readonly answer: () => void } | undefined;
  isLeaving: boolean;
  /** It ought to have asked by now, and may never: nobody is kept waiting for it. */
  isDoubted: boolean;
}

export interface PackDeskOptions {
  /** Notes durably that the attempt is in this pack from here on, before anybody can begin it. What it throws, the pack is told as a passing failure. */
  readonly note: (attempt: AttemptId, pack: string, number: number) => void;
  readonly tokenOf: (attempt: AttemptId) => string;
  /** The monotonic clock, milliseconds. */
  readonly now?: () => number;
  /** A question is answered after this time in any case. */
  readonly answerWithinMs?: number;
}

/**
 * Where packs ask for attempts. Each asks for its next by number, so that a question whose answer was lost gets the same again.
 * One that has nothing to do comes first; one that is at work gets its next ahead of time where there are more than those.
 */
export class PackDesk {
  readonly #options: PackDeskOptions & { readonly now: () => number; readonly answerWithinMs: number };
  readonly #packs = new Map<string, Pack>();
  readonly #waiting = new Map<string, AttemptId[]>();
  readonly #packOf = new Map<AttemptId, Pack>();

  constructor(options: PackDeskOptions) {
    this.#options = { now: () => performance.now(), answerWithinMs: 10_000, ...options };
  }

  /** A pack that was made, or that an earlier process made. */
  open(name: string, kind: string, limits: PackLimits): void {
    if (this.#packs.has(name)) return;
    const begun = { begunAt: undefined, idleSince: 0, asking: undefined, isLeaving: false, isDoubted: false };
    this.#packs.set(name, { name, kind, limits, handed: [], open: new Set(), ...begun });
  }

  /** It is there no more. The attempts that it was handed and that are not over. */
  close(name: string): AttemptId[] {
    const pack = this.#packs.get(name);
    if (pack === undefined) return [];
    this.#packs.delete(name);
    pack.asking?.answer();
    return [...pack.open];
  }

  /** The packs of a kind that still take attempts, those included that will ask for the first time. */
  takers(kind: string): number {
    return this.#of(kind).filter((pack) => !pack.isDoubted && !this.#isSpent(pack)).length;
  }

  /** A pack that was expected to ask does not: it may look for us where an earlier process was. */
  doubt(name: string): void {
    const pack = this.#packs.get(name);
    if (pack !== undefined) pack.isDoubted = true;
  }

  waiting(kind: string): readonly AttemptId[] {
    return this.#waiting.get(kind) ?? [];
  }

  /** Attempts that were handed out and are not over. */
  atWork(kind: string): number {
    return this.#of(kind).reduce((sum, { open }) => sum + open.size, 0);
  }

  hasAsked(name: string): boolean {
    return this.#packs.get(name)?.begunAt !== undefined;
  }

  add(kind: string, attempt: AttemptId): void {
    const waiting = this.#waiting.get(kind) ?? [];
    this.#waiting.set(kind, waiting);
    waiting.push(attempt);
    this.#deal(kind);
  }

  /** False if it is not waiting (any more). */
  remove(kind: string, attempt: AttemptId): boolean {
    const waiting = this.#waiting.get(kind) ?? [];
    const at = waiting.indexOf(attempt);
    if (at >= 0) waiting.splice(at, 1);
    return at >= 0;
  }

  /** An attempt that an earlier process handed out. */
  wasHanded(attempt: AttemptId, name: string, number: number): void {
    const pack = this.#packs.get(name);
    if (pack === undefined) return;
    pack.handed[number] = attempt;
    pack.open.add(attempt);
    this.#packOf.set(attempt, pack);
  }

  /** The attempt is over. */
  finished(attempt: AttemptId): void {
    const pack = this.#packOf.get(attempt);
    if (pack === undefined) return;
    this.#packOf.delete(attempt);
    pack.open.delete(attempt);
    if (pack.open.size === 0) pack.idleSince = this.#options.now();
    this.#deal(pack.kind);
  }

  /** `{ token }` of its next attempt, an empty one where that is over; `{ leave: true }` where there will be none; `{}`: ask again. */
  async ask(name: string, number: number, request: IncomingMessage): Promise<JsonObject> {
    const pack = this.#packs.get(name);
    if (pack === undefined) throw notNow("no engine looks after this pack just now");
    pack.begunAt ??= pack.idleSince = this.#options.now();
    pack.isDoubted = false;
    if (number < pack.handed.length) return this.#told(pack, number);
    // Those before it were over when this process came.
    pack.handed.length = number;
    await this.#untilDealt(pack, number, request);
    if (number < pack.handed.length) return this.#told(pack, number);
    if (this.#isSpent(pack) || !this.#packs.has(name)) pack.isLeaving = true;
    return pack.isLeaving ? { leave: true } : {};
  }

  async #untilDealt(pack: Pack, number: number, request: IncomingMessage): Promise<void> {
    const { answerWithinMs, now } = this.#options;
    const idleLeft = pack.open.size > 0 ? Infinity : pack.idleSince + pack.limits.idleMs - now();
    await new Promise<void>((resolve) => {
      const answer = (): void => {
        clearTimeout(timer);
        request.socket.off("close", answer);
        if (pack.asking?.answer === answer) pack.asking = undefined;
        resolve();
      };
      const timer = setTimeout(answer, Math.max(0, Math.min(answerWithinMs, idleLeft))).unref();
      request.socket.once("close", answer);
      pack.asking?.answer();
      pack.asking = { number, answer };
      if (this.#isSpent(pack)) answer();
      else this.#deal(pack.kind);
    });
  }

  #told(pack: Pack, number: number): JsonObject {
    const attempt = pack.handed[number];
    return { token: attempt !== undefined && pack.open.has(attempt) ? this.#options.tokenOf(attempt) : "" };
  }

  #deal(kind: string): void {
    const waiting = this.#waiting.get(kind) ?? [];
    for (const pack of this.#asking(kind)) {
      if (waiting.length === 0) return;
      if (pack.open.size > 0 && waiting.length <= this.#idle(kind)) return;
      this.#hand(pack, waiting);
    }
  }

  #hand(pack: Pack, waiting: AttemptId[]): void {
    const { number, answer } = pack.asking!;
    const attempt = waiting[0]!;
    try {
      this.#options.note(attempt, pack.name, number);
    } catch {
      return; // no room on the disk; it waits on, and whoever asks is told to ask again
    }
    waiting.shift();
    pack.handed[number] = attempt;
    pack.open.add(attempt);
    this.#packOf.set(attempt, pack);
    answer();
  }

  /** Those that have least to do first. */
  #asking(kind: string): Pack[] {
    const asking = this.#of(kind).filter((pack) => pack.asking !== undefined && !this.#isSpent(pack));
    return asking.toSorted((a, b) => a.open.size - b.open.size);
  }

  /** Those that have nothing to do, or will come. */
  #idle(kind: string): number {
    return this.#of(kind).filter((pack) => pack.open.size === 0 && !pack.isDoubted && !this.#isSpent(pack)).length;
  }

  #isSpent({ isLeaving, handed, limits, begunAt, idleSince, open }: Pack): boolean {
    if (isLeaving || handed.length >= limits.upTo) return true;
    if (begunAt === undefined) return false;
    const now = this.#options.now();
    return now - begunAt >= limits.atMostMs || (open.size === 0 && now - idleSince >= limits.idleMs);
  }

  #of(kind: string): Pack[] {
    return [...this.#packs.values()].filter((pack) => pack.kind === kind);
  }
}
