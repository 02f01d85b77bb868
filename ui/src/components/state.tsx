import { runStates, taskStates, type RunState, type TaskState } from "../format/states.ts";

/** Literal class names, so that the style sheet has them. */
export const inkOf: Readonly<Record<TaskState, string>> = {
  waiting: "text-(--state-waiting-ink)",
  ready: "text-(--state-ready-ink)",
  active: "text-(--state-active-ink)",
  backoff: "text-(--state-backoff-ink)",
  succeeded: "text-(--state-succeeded-ink)",
  failed: "text-(--state-failed-ink)",
  blocked: "text-(--state-blocked-ink)",
  skipped: "text-(--state-skipped-ink)",
  cancelled: "text-(--state-cancelled-ink)",
  reused: "text-(--state-reused-ink)",
};

export const fillOf: Readonly<Record<TaskState, string>> = {
  waiting: "bg-waiting",
  ready: "bg-ready",
  active: "bg-active",
  backoff: "bg-backoff",
  succeeded: "bg-succeeded",
  failed: "bg-failed",
  blocked: "bg-blocked",
  skipped: "bg-skipped",
  cancelled: "bg-cancelled",
  reused: "bg-reused",
};

interface MarkProps<State> {
  readonly state: State;
  /** Without the word, which must then stand elsewhere for those who do not see. */
  readonly iconOnly?: boolean;
  readonly size?: number;
}

/** A task's state: icon and word. */
export function TaskStateMark({ state, iconOnly = false, size = 14 }: MarkProps<TaskState>) {
  const { icon: Icon, meaning } = taskStates[state];
  return (
    <span className={`inline-flex items-center gap-1.5 align-top ${inkOf[state]}`} data-tip={`${state}: ${meaning}`}>
      <Icon size={size} strokeWidth={2.25} aria-hidden className="shrink-0" />
      <span className={iconOnly ? "sr-only" : ""}>{state}</span>
    </span>
  );
}

/** A run's state: icon and word. */
export function RunStateMark({ state, iconOnly = false, size = 14 }: MarkProps<RunState>) {
  const { icon: Icon, like } = runStates[state];
  return (
    <span
      className={`inline-flex items-center gap-1.5 align-top ${inkOf[like]}`}
      data-tip={iconOnly ? state : undefined}
    >
      <Icon size={size} strokeWidth={2.25} aria-hidden className="shrink-0" />
      <span className={iconOnly ? "sr-only" : ""}>{state}</span>
    </span>
  );
}
