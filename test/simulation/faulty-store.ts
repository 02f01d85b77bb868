import type { Random } from "../../src/core/clock.ts";
import { FlotillaError } from "../../src/core/errors.ts";
import type { Store } from "../../src/store/store.ts";
import type { ProcessClock } from "./sim-clock.ts";

export interface StoreFaults {
  readonly failBefore: number;
  /** Carried out, but the answer is lost. */
  readonly failAfter: number;
  readonly delayMs: number;
}

/** One engine's connection to a store: slow, unreliable, and dead once `cut`. */
export function faultyStore(
  store: Store,
  options: { clock: ProcessClock; random: Random; faults: StoreFaults },
): { store: Store; cut: () => void } {
  const { clock, random, faults } = options;
  let isCut = false;
  const call = async (method: (...args: unknown[]) => Promise<unknown>, args: unknown[]): Promise<unknown> => {
    await clock.sleep(random() * faults.delayMs);
    if (isCut) return new Promise(() => undefined);
    if (random() < faults.failBefore) throw new FlotillaError("STORE_UNREACHABLE", "the server does not answer");
    const answer = await method.apply(store, args);
    await clock.sleep(random() * faults.delayMs);
    if (isCut) return new Promise(() => undefined);
    if (random() < faults.failAfter) throw new FlotillaError("STORE_UNREACHABLE", "the answer was lost");
    return answer;
  };
  const proxy = new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== "function") return method;
      if (name === "onHint") return method.bind(target);
      return (...args: unknown[]) => call(method as (...args: unknown[]) => Promise<unknown>, args);
    },
  });
  return { store: proxy, cut: () => (isCut = true) };
}
