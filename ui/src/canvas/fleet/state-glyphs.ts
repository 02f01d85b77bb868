import type { TaskState } from "../shared/states.ts";

/** A mark for each state in a square from −5 to 5, as strokes: colour alone never says it. */
export const stateGlyphs: Record<TaskState, string> = {
  waiting: "",
  ready: "M2.2 0A2.2 2.2 0 1 1 -2.2 0A2.2 2.2 0 1 1 2.2 0Z",
  active: "M-1.8 -2.8L2.8 0L-1.8 2.8Z",
  backoff: "M-1.8 -2.8V2.8M1.8 -2.8V2.8",
  succeeded: "M-2.8 0.2L-0.8 2.2L2.8 -2.2",
  failed: "M-2.6 -2.6L2.6 2.6M-2.6 2.6L2.6 -2.6",
  blocked: "M3.4 0A3.4 3.4 0 1 1 -3.4 0A3.4 3.4 0 1 1 3.4 0ZM-2.3 2.3L2.3 -2.3",
  skipped: "M-3 0H3",
  cancelled: "M-2.4 -2.4H2.4V2.4H-2.4Z",
  reused: "M-3 -1.5H3M-3 1.5H3",
};
