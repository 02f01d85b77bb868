/** Time and randomness as the engine sees them; a simulation passes a clock it turns by hand and a seeded source. */
export interface Clock {
  /** Milliseconds since 1970 by the wall clock. For what is recorded and shown. */
  now(): number;
  /** Milliseconds of a clock that never goes back. For leases, deadlines and durations. */
  monotonic(): number;
  /** Calls `run` once, `delayMs` from now at the earliest; the returned function takes it back. */
  after(delayMs: number, run: () => void): () => void;
}

/** Numbers in [0, 1). */
export type Random = () => number;
