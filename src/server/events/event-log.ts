import type { EventData, EventName } from "../../api/schemas/event.ts";

/** An event as it is sent: made once, however many listen. */
export interface SentEvent {
  readonly number: number;
  readonly bytes: Buffer;
}

/** Numbers of one server's events grow; those of another, or of an earlier one, mean nothing here. */
export class EventNumbers {
  readonly #epoch: string;
  #last = 0;

  /** `epoch` is different for each server that ever was. */
  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  get last(): number {
    return this.#last;
  }

  next(): number {
    return ++this.#last;
  }

  text(number: number): string {
    return `${this.#epoch}-${number}`;
  }

  /** The number in a `Last-Event-ID`; undefined when it is none of this server's. */
  read(id: string | undefined): number | undefined {
    const [epoch, number] = id?.split("-") ?? [];
    if (epoch !== this.#epoch || number === undefined || !/^\d{1,15}$/.test(number)) return undefined;
    return Number(number) <= this.#last ? Number(number) : undefined;
  }
}

/** The text of an event. JSON has no line breaks, so the data are one line. */
export function eventText<Name extends EventName>(name: Name, data: EventData<Name>, id?: string): Buffer {
  return Buffer.from(`${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

const mostEvents = 256;
const mostBytes = 1024 * 1024;

/** The last events of a feed, for those whose connection broke. */
export class RecentEvents {
  readonly #events: SentEvent[] = [];
  #bytes = 0;
  /** Nothing after this is missing. */
  #from: number;

  /** Everything after event number `from` will be in here. */
  constructor(from: number) {
    this.#from = from;
  }

  add(event: SentEvent): void {
    this.#events.push(event);
    this.#bytes += event.bytes.length;
    while (this.#events.length > mostEvents || this.#bytes > mostBytes) this.#forget();
  }

  /** All that came after that number; undefined when some of it is gone. */
  after(number: number): readonly SentEvent[] | undefined {
    return number < this.#from ? undefined : this.#events.filter((event) => event.number > number);
  }

  #forget(): void {
    const oldest = this.#events.shift()!;
    this.#bytes -= oldest.bytes.length;
    this.#from = oldest.number;
  }
}
