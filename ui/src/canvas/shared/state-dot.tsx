import type { TaskState } from "./states.ts";

export function StateDot({ state }: { state: TaskState }) {
  return <span className="canvas-dot" style={{ background: `var(--state-${state})` }} />;
}
