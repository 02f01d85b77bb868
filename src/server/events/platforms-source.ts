import type { EventData } from "../../api/schemas/event.ts";
import type { Store } from "../../store/store.ts";
import type { Source } from "./feed.ts";

/** That what platforms and pools hold has changed; what it is now is read by those who show it. */
export class PlatformsSource implements Source<"platforms"> {
  readonly name = "platforms";
  readonly everyMs = 1_000;
  readonly #store: Pick<Store, "pools">;
  #known: string | undefined;
  #version = 0;

  constructor(store: Pick<Store, "pools">) {
    this.#store = store;
  }

  async look(): Promise<EventData<"platforms"> | undefined> {
    const pools = JSON.stringify(await this.#store.pools());
    const isFirst = this.#known === undefined;
    if (pools === this.#known) return undefined;
    this.#known = pools;
    return isFirst ? undefined : { version: ++this.#version };
  }
}
