import { useQuery } from "@tanstack/react-query";
import { PartyPopper } from "lucide-react";
import { failuresQuery } from "../api/runs.ts";
import { Empty, Failure } from "../components/notice.tsx";
import { SkeletonBlock } from "../components/skeleton.tsx";
import { formatCounted } from "../format/number.ts";
import { useRunId, useSelection } from "../run/use-run.ts";
import { FailureGroup } from "./failure-group.tsx";

/** What failed, grouped by cause, the earliest first; what was merely blocked is counted, not listed. */
export function FailuresView() {
  const run = useRunId();
  const { selection } = useSelection();
  const { data, error, refetch } = useQuery(failuresQuery(run));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <div className="flex flex-col gap-3 p-4">
        <SkeletonBlock className="h-4 w-64" />
        <SkeletonBlock className="h-52 w-full" />
        <SkeletonBlock className="h-52 w-full" />
      </div>
    );
  }
  if (data.groups.length === 0) {
    return (
      <Empty icon={PartyPopper} title="Nothing has failed">
        A failure would stand here with its cause, what its tasks have in common, and the log where it happened.
      </Empty>
    );
  }
  const groups = data.groups.filter(
    ({ step, cause, class: name }) =>
      (selection.step.length === 0 || selection.step.includes(step)) &&
      (selection.class.length === 0 || selection.class.includes(name)) &&
      (selection.cause === undefined || selection.cause === cause),
  );
  const tasks = groups.reduce((sum, group) => sum + group.tasks, 0);
  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto flex max-w-[1280px] flex-col gap-3 p-4">
        <p className="num text-sm text-soft">
          {formatCounted(tasks, "task")} failed for {formatCounted(groups.length, "cause")}
          {data.blocked > 0 && `; ${formatCounted(data.blocked, "other")} only wait behind them`}
          {groups.length < data.groups.length && ` (of ${formatCounted(data.groups.length, "cause")} in the run)`}
        </p>
        {data.more > 0 && (
          <p className="num text-sm text-faint">
            These are the {data.groups.length} causes with most tasks; {formatCounted(data.more, "more cause")} are not
            listed. All failed tasks are under Tasks.
          </p>
        )}
        {groups.map((group) => (
          <FailureGroup key={`${group.step} ${group.cause}`} group={group} />
        ))}
      </div>
    </div>
  );
}
