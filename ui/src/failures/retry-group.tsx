import { useQueryClient } from "@tanstack/react-query";
import { call } from "../api/client.ts";
import { runKeys } from "../api/runs.ts";
import { Confirm } from "../components/confirm.tsx";
import { formatCounted } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import { useRunId } from "../run/use-run.ts";
import type { Group } from "./failure-group.tsx";

interface RetryGroupProps {
  readonly group: Group;
  readonly onClose: () => void;
}

/** Runs again what failed for one cause. */
export function RetryGroup({ group, onClose }: RetryGroupProps) {
  const run = useRunId();
  const client = useQueryClient();
  const [restart] = group.commands;
  return (
    <Confirm
      title={`Retry ${formatCounted(group.tasks, "task")} of ${safeText(group.step, 60)}`}
      verb="Retry"
      {...(restart && { command: restart.line })}
      onClose={onClose}
      onConfirm={async (key) => {
        await call("restartTasks", { run, cause: group.cause }, undefined, key);
        await client.invalidateQueries({ queryKey: runKeys.run(run) });
      }}
    >
      What failed with <span className="code text-ink">{safeText(group.error, 200)}</span> runs again, with the code as
      it is now.{" "}
      {group.blocked > 0 && `${formatCounted(group.blocked, "task")} that wait behind them follow by themselves.`}
    </Confirm>
  );
}
