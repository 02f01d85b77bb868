import type { Clock } from "../../core/clock.ts";
import type { EventData, EventName } from "../../api/schemas/event.ts";
import { type EventNumbers, eventText, RecentEvents, type SentEvent } from "./event-log.ts";
import type { Listener } from "./listener.ts";

/** Looks at one thing, and says what has changed since it looked last. */
export interface Source<Name extends EventName> {
  readonly name: Name;
  /** The run that it looks at, if it is one. */
  readonly run?: string;
  /** Each event says all there is to know: whoever comes is told the last one, and nobody needs those before it. */
  readonly isWhole?: boolean;
  /**
   * Undefined when nothing has changed. Also the first time, unless events say all: what there was before is read by whoever
   * listens.
   */
  look(): Promise<EventData<Name> | undefined>;
  /** Until it is worth looking again. */
  readonly everyMs: number;
}

/** How long a feed without listeners goes on, so that one whose connection broke can resume. */
const lingerMs = 30_000;
/** Of one that needs no resuming: until the listener for whom it was opened has come. */
const shortLingerMs = 1_000;
/** Hints come in swarms; between two looks passes at least this. */
const leastGapMs = 250;
/** Looking takes at most a fifth of the time, however slow it is. */
const restPerLook = 4;
const afterFaultMs = 1_000;

/**
 * One source for all who listen to it: looked at at its pace while there is somebody, its events made once and handed to each.
 * A listener is never waited for.
 */
export class Feed<Name extends EventName = EventName> {
  /** Resolves when the source has been looked at once: nothing that happens from then on is missed. */
  readonly ready: Promise<void>;
  readonly #source: Source<Name>;
  readonly #clock: Clock;
  readonly #numbers: EventNumbers;
  readonly #recent: RecentEvents;
  readonly #listeners = new Set<Listener>();
  readonly #onIdle: () => void;
  #cancelNext: () => void = () => undefined;
  #cancelLinger: () => void = () => undefined;
  #last: EventData<Name> | undefined;
  #lookedAt = -Infinity;
  #isLooking = false;
  #isClosed = false;

  /** `onIdle` is called when nobody has listened for a while; the feed has ended by then. */
  constructor(options: { source: Source<Name>; clock: Clock; numbers: EventNumbers; onIdle: () => void }) {
    this.#source = options.source;
    this.#clock = options.clock;
    this.#numbers = options.numbers;
    this.#onIdle = options.onIdle;
    this.#recent = new RecentEvents(options.numbers.last);
    this.ready = this.#begin();
    // Whoever opened it may have gone before it was ready.
    this.ready.catch(() => undefined);
    this.#linger();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get run(): string | undefined {
    return this.#source.run;
  }

  /** What came after this event; undefined when that is not known any more. */
  since(number: number): readonly SentEvent[] | undefined {
    return this.#source.isWhole === true ? [] : this.#recent.after(number);
  }

  /** How things stand, for whoever comes, where events say all there is to know. */
  get standing(): Buffer | undefined {
    return this.#last && eventText(this.#source.name, this.#last);
  }

  add(listener: Listener): void {
    this.#cancelLinger();
    this.#listeners.add(listener);
  }

  remove(listener: Listener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0 && !this.#isClosed) this.#linger();
  }

  /** Looks soon: something may have happened. */
  wake(): void {
    if (!this.#isLooking) this.#rest(Math.max(0, this.#lookedAt + leastGapMs - this.#clock.monotonic()));
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelNext();
    this.#cancelLinger();
  }

  #linger(): void {
    const ms = this.#source.isWhole === true ? shortLingerMs : lingerMs;
    this.#cancelLinger = this.#clock.after(ms, () => {
      this.close();
      this.#onIdle();
    });
  }

  /** The first look may fail: whoever opens the feed is told. */
  async #begin(): Promise<void> {
    this.#isLooking = true;
    try {
      this.#last = await this.#source.look();
      this.#rest(this.#source.everyMs);
    } catch (error) {
      this.close();
      this.#onIdle();
      throw error;
    } finally {
      this.#isLooking = false;
    }
  }

  async #turn(): Promise<void> {
    this.#cancelNext();
    this.#isLooking = true;
    const started = this.#clock.monotonic();
    let restMs = afterFaultMs;
    try {
      const data = await this.#source.look();
      restMs = Math.max(this.#source.everyMs, (this.#clock.monotonic() - started) * restPerLook);
      if (data !== undefined && !this.#isClosed) this.#tell(data);
    } catch {
      // The store is away: what changes meanwhile is found by a later look.
    } finally {
      this.#isLooking = false;
      this.#lookedAt = this.#clock.monotonic();
    }
    this.#rest(restMs);
  }

  #rest(ms: number): void {
    this.#cancelNext();
    if (!this.#isClosed) this.#cancelNext = this.#clock.after(ms, () => void this.#turn());
  }

  #tell(data: EventData<Name>): void {
    if (this.#source.isWhole === true) this.#last = data;
    const number = this.#numbers.next();
    const event = { number, bytes: eventText(this.#source.name, data, this.#numbers.text(number)) };
    if (this.#source.isWhole !== true) this.#recent.add(event);
    for (const listener of [...this.#listeners]) listener.send(event.bytes);
  }
}
