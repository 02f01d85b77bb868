import type { Store } from "../../store/store.ts";

/** The store itself is patient for ten seconds; whoever asks how it is wants to know now. */
const answerMs = 1_500;

/** Whether the store answers. However many ask, it is asked once at a time. */
export class StoreProbe {
  readonly #store: Pick<Store, "tokens">;
  #asking: Promise<"ok" | "away"> | undefined;

  constructor(store: Pick<Store, "tokens">) {
    this.#store = store;
  }

  async ask(): Promise<"ok" | "away"> {
    this.#asking ??= this.#read().finally(() => (this.#asking = undefined));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"away">((resolve) => (timer = setTimeout(() => resolve("away"), answerMs)));
    return Promise.race([this.#asking, late]).finally(() => clearTimeout(timer));
  }

  async #read(): Promise<"ok" | "away"> {
    try {
      await this.#store.tokens();
      return "ok";
    } catch {
      return "away";
    }
  }
}
