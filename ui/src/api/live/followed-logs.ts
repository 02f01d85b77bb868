import type { EventData } from "../../../../src/api/schemas/event.ts";

export type LogGrowth = EventData<"log">;
export type LogName = Pick<LogGrowth, "run" | "task">;

type Hear = (growth: LogGrowth) => void;

/** The logs that are read in this tab while they grow, and who reads them. */
export class FollowedLogs {
  readonly #readers = new Map<string, Set<Hear>>();

  /** Each `RUN/TASK`. */
  get refs(): readonly string[] {
    return [...this.#readers.keys()];
  }

  /** The function returned takes the reader away. */
  add(log: LogName, hear: Hear): () => void {
    const ref = refOf(log);
    const readers = this.#readers.get(ref) ?? new Set();
    this.#readers.set(ref, readers.add(hear));
    return () => {
      if (readers.delete(hear) && readers.size === 0) this.#readers.delete(ref);
    };
  }

  tell(growth: LogGrowth): void {
    for (const hear of this.#readers.get(refOf(growth)) ?? []) hear(growth);
  }
}

function refOf({ run, task }: LogName): string {
  return `${run}/${task}`;
}
