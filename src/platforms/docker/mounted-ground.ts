import { mkdirSync, watch } from "node:fs";
import { dirname } from "node:path";
import { claimAttempt } from "../local/attempt-folder.ts";
import type { LiveAttempt } from "../local/live-attempt.ts";
import { findRunner } from "../local/package-files.ts";
import { inImage } from "../image-work.ts";
import type { Preparer } from "../local/prepare-attempt.ts";
import type { Containers } from "./containers.ts";
import type { Ground, Prepared } from "./ground.ts";

/** An engine of this machine: containers see the parts of an attempt where they lie, and write to its folder themselves. */
export class MountedGround implements Ground {
  readonly isMounted = true;
  readonly #containers: Containers;
  readonly #preparer: Preparer;

  constructor(containers: Containers, preparer: Preparer) {
    this.#containers = containers;
    this.#preparer = preparer;
  }

  async prepare({ spec, folder }: LiveAttempt): Promise<Prepared> {
    const { python, code, threads } = await this.#preparer.prepare({ spec: inImage(spec), folder });
    const checkpoints = dirname(folder.checkpoint);
    mkdirSync(checkpoints, { recursive: true });
    const runner = findRunner();
    const inPlace = (path: string, mode: "rw" | "ro"): string => `${path}:${path}:${mode}`;
    const binds = [inPlace(folder.root, "rw"), inPlace(checkpoints, "rw"), inPlace(code, "ro"), inPlace(runner, "ro")];
    return { places: { folder: folder.root, work: folder.work, runner, binds }, python, threads };
  }

  /** It is there. A supervisor that comes too late finds the attempt claimed. */
  async deliver(): Promise<boolean> {
    return true;
  }

  async renounce({ folder }: LiveAttempt): Promise<boolean> {
    return claimAttempt(folder);
  }

  async follow(attempt: LiveAttempt, onStarted: () => void): Promise<void> {
    try {
      const watcher = watch(attempt.folder.root, (_event, name) => {
        if (name === "started.json") onStarted();
      });
      watcher.on("error", () => watcher.close());
      attempt.stops.push(() => watcher.close());
    } catch {
      // No watch to be had (the system's limit): the regular look finds it.
    }
    onStarted();
    await this.#containers.untilEnded(attempt.id);
  }

  async catchUp(): Promise<void> {}

  async bringHome(): Promise<undefined> {}
}
