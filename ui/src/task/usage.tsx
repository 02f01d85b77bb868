import type { TaskDetail } from "../../../src/api/schemas/task.ts";
import { formatAmount, formatBytes, formatShare } from "../format/number.ts";

type AttemptDetail = TaskDetail["attemptsMade"][number];

/** What the attempt asked for against what it used. */
export function Usage({ attempt: { asked, used, workStartedAt, workEndedAt } }: { readonly attempt: AttemptDetail }) {
  if (!asked && !used) return null;
  const workMs = workStartedAt === undefined || workEndedAt === undefined ? undefined : workEndedAt - workStartedAt;
  const cores = used?.cpuSeconds === undefined || !workMs ? undefined : (used.cpuSeconds * 1_000) / workMs;
  return (
    <div className="grid grid-cols-2 gap-4">
      <Meter
        name="Memory"
        asked={asked?.memoryBytes}
        used={used?.peakMemoryBytes}
        text={formatBytes}
        none="no limit"
        word="peak"
      />
      <Meter
        name="CPU"
        asked={asked?.cpu}
        used={cores}
        text={(value) => `${formatAmount(value)} ${value === 1 ? "core" : "cores"}`}
        none="not asked"
        word="on average"
      />
      {asked?.diskBytes !== undefined && (
        <p className="num text-sm text-soft">{formatBytes(asked.diskBytes)} of disk asked</p>
      )}
      {asked?.gpu !== undefined && <p className="num text-sm text-soft">{formatAmount(asked.gpu)} GPU asked</p>}
    </div>
  );
}

interface MeterProps {
  readonly name: string;
  readonly asked: number | undefined;
  readonly used: number | undefined;
  readonly text: (value: number) => string;
  readonly none: string;
  readonly word: string;
}

function Meter({ name, asked, used, text, none, word }: MeterProps) {
  const share = asked === undefined || used === undefined ? undefined : used / asked;
  return (
    <div>
      <p className="num flex justify-between text-sm">
        <span className="text-faint">{name}</span>
        <span className={share !== undefined && share >= 0.98 ? "text-danger" : "text-soft"}>
          {share === undefined ? "" : formatShare(used ?? 0, asked ?? 1)}
        </span>
      </p>
      <div className="my-1 h-1.5 overflow-hidden rounded-full bg-sunken" aria-hidden>
        {share !== undefined && (
          <div
            className={`h-full rounded-full ${share >= 0.98 ? "bg-failed" : "bg-active"}`}
            style={{ width: `${Math.min(100, share * 100)}%` }}
          />
        )}
      </div>
      <p className="num text-xs text-faint">
        {used === undefined ? "not measured" : `${text(used)} ${word}`} ·{" "}
        {asked === undefined ? none : `${text(asked)} asked`}
      </p>
    </div>
  );
}
