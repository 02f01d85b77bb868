import type { IncomingMessage } from "node:http";

/**
 * One writer at a time for each file. Who comes later comes because he gave up on the one before, whose connection may hang
 * for long: that one is broken off.
 */
export class Turns {
  readonly #holders = new Map<string, { readonly request: IncomingMessage; readonly done: Promise<unknown> }>();

  async take<T>(file: string, request: IncomingMessage, work: () => Promise<T>): Promise<T> {
    for (let holder = this.#holders.get(file); holder !== undefined; holder = this.#holders.get(file)) {
      holder.request.destroy();
      await holder.done;
    }
    const doing = work();
    const done = doing.then(
      () => this.#holders.delete(file),
      () => this.#holders.delete(file),
    );
    this.#holders.set(file, { request, done });
    return doing;
  }
}
