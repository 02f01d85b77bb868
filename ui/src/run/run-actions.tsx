import { useQueryClient } from "@tanstack/react-query";
import { Pause, Play, RotateCcw, Square, Terminal, type LucideIcon } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { RunDetail } from "../../../src/api/schemas/run.ts";
import { call } from "../api/client.ts";
import { runKeys } from "../api/runs.ts";
import { Button, IconButton } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { CommandLine } from "../components/copy.tsx";
import { Dialog } from "../components/dialog.tsx";
import { formatCounted } from "../format/number.ts";
import { useMayAct, whyNotAct } from "../api/use-may-act.ts";

type Action = RunDetail["actions"][number];

interface ActionLook {
  readonly icon: LucideIcon;
  readonly verb: string;
  readonly what: (run: RunDetail) => ReactNode;
  readonly danger?: boolean;
}

const looks: Readonly<Record<Action, ActionLook>> = {
  pause: {
    icon: Pause,
    verb: "Pause",
    what: ({ tasks }) => `Nothing new starts. ${formatCounted(tasks.active, "task")} under way go on to their end.`,
  },
  resume: { icon: Play, verb: "Resume", what: () => "What is ready starts again." },
  restart: {
    icon: RotateCcw,
    verb: "Retry failed",
    what: ({ tasks }) =>
      `${formatCounted(tasks.failed + tasks.cancelled, "task")} that did not succeed run again, with the code as it is now; what hangs on them follows by itself.`,
  },
  cancel: {
    icon: Square,
    verb: "Cancel",
    danger: true,
    what: ({ tasks }) =>
      `The run ends, and with it ${formatCounted(tasks.active, "task")} under way: their processes are ended, and what they have not yet handed in is lost. What has succeeded stays.`,
  },
};

const order: readonly Action[] = ["resume", "restart", "pause", "cancel"];
const calls = { pause: "pauseRun", resume: "resumeRun", cancel: "cancelRun" } as const;

/** What makes sense now. Each says what it does before it does it, and how the command line says the same. */
export function RunActions({ run }: { readonly run: RunDetail }) {
  const client = useQueryClient();
  const mayAct = useMayAct();
  const [asked, setAsked] = useState<Action | "commands">();

  async function carryOut(action: Action, key: string): Promise<void> {
    const request = { run: run.id };
    await (action === "restart"
      ? call("restartTasks", request, undefined, key)
      : call(calls[action], request, undefined, key));
    await client.invalidateQueries({ queryKey: runKeys.run(run.id) });
  }
  return (
    <div className="flex shrink-0 items-center gap-2">
      {order
        .filter((action) => run.actions.includes(action) && isWorthwhile(action, run))
        .map((action) => (
          <Button
            key={action}
            icon={looks[action].icon}
            disabled={!mayAct}
            data-tip={mayAct ? undefined : whyNotAct}
            onClick={() => setAsked(action)}
          >
            {looks[action].verb}
          </Button>
        ))}
      <IconButton label="Commands" icon={Terminal} onClick={() => setAsked("commands")} />
      {asked === "commands" && (
        <Dialog title="This run on the command line" onClose={() => setAsked(undefined)}>
          <Commands run={run} />
        </Dialog>
      )}
      {asked !== undefined && asked !== "commands" && (
        <Confirm
          title={`${looks[asked].verb} · ${run.pipeline} ${run.id.slice(0, 8)}`}
          verb={asked === "cancel" ? "Cancel the run" : looks[asked].verb}
          danger={looks[asked].danger ?? false}
          command={`flotilla ${asked} ${run.id}`}
          onConfirm={(key) => carryOut(asked, key)}
          onClose={() => setAsked(undefined)}
        >
          {looks[asked].what(run)}
        </Confirm>
      )}
    </div>
  );
}

/** A retry is offered where there is something to retry. */
function isWorthwhile(action: Action, { tasks }: RunDetail): boolean {
  return action !== "restart" || tasks.failed + tasks.cancelled + tasks.blocked > 0;
}

function Commands({ run }: { readonly run: RunDetail }) {
  const id = run.id;
  return (
    <div className="flex flex-col gap-3">
      {[
        ["How it stands, as it goes on", `flotilla status ${id} --watch`],
        ["What failed", `flotilla tasks ${id} --state failed`],
        ["What its tasks print", `flotilla logs --run ${id} --follow`],
        ...run.actions.map((action) => [looks[action].verb, `flotilla ${action} ${id}`] as const),
      ].map(([what, line]) => (
        <div key={line}>
          <p className="label mb-1">{what}</p>
          <CommandLine line={line ?? ""} />
        </div>
      ))}
    </div>
  );
}
