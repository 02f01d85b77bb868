import { RotateCcw } from "lucide-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { TaskDetail } from "../../../src/api/schemas/task.ts";
import { call } from "../api/client.ts";
import { runKeys } from "../api/runs.ts";
import type { LogGrowth } from "../api/live/followed-logs.ts";
import { useLogGrowth } from "../api/live/use-live.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { CommandLine } from "../components/copy.tsx";
import { formatClock, formatDuration, formatExact } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { Attempt } from "./attempt.tsx";
import { Section } from "./section.tsx";
import { TaskLinks } from "./task-links.tsx";
import { useMayAct, whyNotAct } from "../api/use-may-act.ts";

/** Why it stands as it does, what became of its attempts, what it hangs on, and how to do the same elsewhere. */
export function TaskOverview({ task }: { readonly task: TaskDetail }) {
  const told = useLogGrowth({ run: task.run, task: task.ref }, task.state === "active");
  return (
    <div className="h-full overflow-auto">
      <Section title="Why" aside={<RetryTask task={task} />}>
        <p className="text-sm">{safeText(task.why, 2_000)}</p>
        <p className="code mt-1 text-faint">{safeText(task.work, 400)}</p>
      </Section>
      {task.attemptsMade.length > 0 && (
        <Section
          title={task.attemptsMade.length === 1 ? "Attempt" : `${task.attemptsMade.length} attempts, the last first`}
        >
          <div className="flex flex-col gap-2">
            {task.attemptsMade
              .toSorted((a, b) => b.number - a.number)
              .map((attempt, at) => (
                <Attempt key={attempt.id} attempt={withProgress(attempt, told)} open={at === 0} />
              ))}
          </div>
        </Section>
      )}
      {task.history.length > 0 && (
        <Section title="What happened">
          <ol className="flex flex-col gap-1 text-sm">
            {task.history.map(({ at, lastedMs, what }, index) => (
              <li key={index} className="grid grid-cols-[4.5rem_minmax(0,1fr)_auto] gap-x-3">
                <time className="num code text-faint" data-tip={formatExact(at)}>
                  {formatClock(at)}
                </time>
                <span className="break-words">{safeText(what, 600)}</span>
                <span className="num text-faint">{lastedMs === undefined ? "" : formatDuration(lastedMs)}</span>
              </li>
            ))}
          </ol>
        </Section>
      )}
      <TaskLinks title="Needs" tasks={task.needs} total={task.needsTotal} />
      <TaskLinks title="Feeds" tasks={task.feeds} total={task.feedsTotal} />
      {task.commands.length > 0 && (
        <Section title="On the command line">
          <div className="flex flex-col gap-2.5">
            {task.commands.map(({ what, line }) => (
              <div key={line}>
                <p className="mb-1 text-sm text-soft">{safeText(what, 200)}</p>
                <CommandLine line={safeText(line, 4_000)} />
              </div>
            ))}
          </div>
        </Section>
      )}
    </div>
  );
}

const retryable: readonly TaskDetail["state"][] = ["failed", "cancelled", "succeeded", "reused"];

function RetryTask({ task }: { readonly task: TaskDetail }) {
  const client = useQueryClient();
  const mayAct = useMayAct();
  const [asking, setAsking] = useState(false);
  if (!retryable.includes(task.state)) return null;
  return (
    <>
      <Button
        icon={RotateCcw}
        disabled={!mayAct}
        data-tip={mayAct ? undefined : whyNotAct}
        onClick={() => setAsking(true)}
      >
        Run again
      </Button>
      {asking && (
        <Confirm
          title={`Run ${safeText(task.ref, 120)} again`}
          verb="Run again"
          onClose={() => setAsking(false)}
          onConfirm={async (key) => {
            await call("restartTasks", { run: task.run, tasks: [task.ref] }, undefined, key);
            await client.invalidateQueries({ queryKey: runKeys.run(task.run) });
          }}
        >
          It runs again with the code as it is now, and then everything that reads what it makes.
        </Confirm>
      )}
    </>
  );
}

/** As it stands now, where the stream has told of it since the task was read. */
function withProgress(attempt: TaskDetail["attemptsMade"][number], told: LogGrowth | undefined): typeof attempt {
  if (attempt.state === "ended" || told?.progress === undefined || told.attempt !== attempt.number) return attempt;
  return { ...attempt, progress: told.progress };
}
