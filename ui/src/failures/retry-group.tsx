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
  /** Nothing else has failed: then the command line can say the same. */
  readonly only: boolean;
  readonly onClose: () => void;
}

/** Runs again what failed for one cause. */
export function RetryGroup({ group, only, onClose }: RetryGroupProps) {
  const run = useRunId();
  const client = useQueryClient();
  return (
    <Confirm
      title={`Retry ${formatCounted(group.tasks, "task")} of ${safeText(group.step, 60)}`}
      verb="Retry"
      {...(only && { command: `flotilla restart ${run.slice(0, 12)}` })}
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
