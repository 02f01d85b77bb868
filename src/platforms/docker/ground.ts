import type { FilesElsewhere } from "../local/finish-attempt.ts";
import type { LiveAttempt } from "../local/live-attempt.ts";
import type { Places } from "./container-spec.ts";

export interface Prepared {
  readonly places: Places;
  /** The interpreter that supervises. */
  readonly python: string;
  readonly threads: number;
}

/**
 * How what an attempt needs comes to its container, and what becomes of it comes back into its folder: by mounts where the engine
 * has our disk, by archives where it has not. What rejects because the engine is away is repeated.
 */
export interface Ground {
  /** The engine has our disk, so containers may see parts of it. */
  readonly isMounted: boolean;
  /** Before its container is made. @throws FlotillaError `BLOB_MISSING`, `BLOB_DAMAGED`, `TASK_CONFIG`, `OUTPUT_INVALID` */
  prepare(attempt: LiveAttempt): Promise<Prepared>;
  /** Into the container, once it is made. False if the attempt was given up meanwhile: then it may not be started. */
  deliver(attempt: LiveAttempt): Promise<boolean>;
  /** Makes sure that it never begins; false if it has. */
  renounce(attempt: LiveAttempt): Promise<boolean>;
  /** Keeps its folder up to date, and resolves when its container does not run (any more). `onStarted` may be called often. */
  follow(attempt: LiveAttempt, onStarted: () => void): Promise<void>;
  /** Of an attempt that nobody follows here: its log as it is now, as far as it can be had. */
  catchUp(attempt: Pick<LiveAttempt, "id" | "folder">): Promise<void>;
  /**
   * Of a container that does not run any more: brings home what is not in the attempt's folder yet. Afterwards there is an
   * `exit.json` if its supervisor wrote one, and with it all of the outputs.
   */
  bringHome(attempt: LiveAttempt): Promise<FilesElsewhere | undefined>;
}
