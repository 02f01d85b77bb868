import type { TaskDetail } from "../../../src/api/schemas/task.ts";
import { TaskStateMark } from "../components/state.tsx";
import { formatCount, formatCounted } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import { useOpenTask } from "../run/use-run.ts";
import { Section } from "./section.tsx";

interface TaskLinksProps {
  readonly title: string;
  readonly tasks: TaskDetail["needs"];
  readonly total: number;
}

/** The tasks before or behind this one. */
export function TaskLinks({ title, tasks, total }: TaskLinksProps) {
  const openTask = useOpenTask();
  if (total === 0) return null;
  return (
    <Section title={`${title} ${formatCounted(total, "task")}`}>
      <ul className="max-h-44 overflow-auto text-sm">
        {tasks.map(({ ref, state }) => (
          <li key={ref}>
            <button
              type="button"
              onClick={() => openTask(ref)}
              className="flex w-full items-center gap-2 rounded px-1 py-0.5 text-left hover:bg-hover"
            >
              <TaskStateMark state={state} iconOnly />
              <span className="code truncate">{safeText(ref, 300)}</span>
            </button>
          </li>
        ))}
      </ul>
      {total > tasks.length && (
        <p className="num mt-1 text-xs text-faint">and {formatCount(total - tasks.length)} more</p>
      )}
    </Section>
  );
}
