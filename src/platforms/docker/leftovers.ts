import { existsSync } from "node:fs";
import type { AttemptId } from "../../core/ids.ts";
import type { BackgroundWork } from "../background-work.ts";
import { attemptFolder } from "../local/attempt-folder.ts";
import type { Containers } from "./containers.ts";

/** Containers of attempts that are accounted for, until they are removed. */
export class Leftovers {
  readonly #containers: Containers;
  readonly #background: BackgroundWork;
  readonly #left = new Set<AttemptId>();

  constructor(containers: Containers, background: BackgroundWork) {
    this.#containers = containers;
    this.#background = background;
  }

  remove(id: AttemptId): void {
    this.#left.add(id);
    this.#background.add(this.#containers.remove(id).then(() => this.#left.delete(id)));
  }

  /** Those that could not be removed so far. */
  removeAgain(): void {
    for (const id of this.#left) this.remove(id);
  }

  /** Those that an earlier process accounted for and did not come to removing; `isLive` has those that are looked after. */
  async removeOld(directory: string, isLive: (id: AttemptId) => boolean): Promise<void> {
    for (const id of (await this.#containers.list(directory)).keys())
      if (!isLive(id) && existsSync(attemptFolder(directory, id).ended)) this.remove(id);
  }
}
