import type { TaskDetail } from "../../../src/api/schemas/task.ts";
import { CopyButton } from "../components/copy.tsx";
import { formatDuration, formatExact } from "../format/duration.ts";
import { formatNumber } from "../format/number.ts";
import { safeText, valueText } from "../format/safe-text.ts";
import { classWords } from "../format/states.ts";
import { Facts } from "./section.tsx";
import { Usage } from "./usage.tsx";

type AttemptDetail = TaskDetail["attemptsMade"][number];

/** One try: how it ended and by which evidence, what it asked for and used, where it ran. */
export function Attempt({ attempt, open }: { readonly attempt: AttemptDetail; readonly open: boolean }) {
  const failed = attempt.class !== undefined;
  return (
    <details open={open} className="rounded-lg border border-line">
      <summary className="flex items-center gap-2 px-3 py-2 text-sm hover:bg-hover">
        <span className="num font-medium">{attempt.number}</span>
        {failed ? (
          <span className="code text-(--state-failed-ink)">{attempt.class}</span>
        ) : (
          <span className="text-soft">{attempt.state === "ended" ? "succeeded" : attempt.state}</span>
        )}
        <span className="min-w-0 flex-1 truncate text-faint">
          {safeText(attempt.class === undefined ? attempt.why : (attempt.ending ?? classWords[attempt.class]), 300)}
        </span>
        <span className="num text-faint">{lengthOf(attempt)}</span>
      </summary>
      <div className="flex flex-col gap-3 border-t border-line px-3 py-3">
        {attempt.progress && <Progress progress={attempt.progress} />}
        {failed && attempt.ending !== undefined && (
          <p className="text-sm break-words">{safeText(attempt.ending, 4_000)}</p>
        )}
        {attempt.error && <ErrorText error={attempt.error} />}
        <Usage attempt={attempt} />
        <Facts
          facts={[
            ["Why", safeText(attempt.why, 600)],
            ["Platform", safeText(attempt.platform, 80)],
            ["Host", attempt.host === undefined ? undefined : `${safeText(attempt.host, 120)}${pidText(attempt.pid)}`],
            [
              "Image",
              attempt.image === undefined ? undefined : <span className="code">{safeText(attempt.image, 400)}</span>,
            ],
            ["Started", formatExact(attempt.runningAt ?? attempt.intendedAt)],
            ["Phases", phases(attempt)],
            ["Folder", attempt.folder === undefined ? undefined : <Path path={attempt.folder} />],
            [
              "Code",
              attempt.code === undefined ? undefined : <span className="code">{safeText(attempt.code, 80)}</span>,
            ],
          ]}
        />
        {attempt.evidence && Object.keys(attempt.evidence).length > 0 && (
          <details>
            <summary className="label hover:text-ink">Evidence</summary>
            <div className="mt-1.5">
              <Facts
                facts={Object.entries(attempt.evidence).map(
                  ([name, value]) =>
                    [safeText(name, 60), <span className="code">{valueText(value, 1_000)}</span>] as const,
                )}
              />
            </div>
          </details>
        )}
      </div>
    </details>
  );
}

function Progress({
  progress: { fraction, message, metrics = {} },
}: {
  readonly progress: NonNullable<AttemptDetail["progress"]>;
}) {
  const share = Math.min(1, Math.max(0, fraction ?? 0));
  return (
    <div>
      {fraction !== undefined && (
        <progress
          value={share}
          max={1}
          aria-label="Progress that it reports"
          className="h-1.5 w-full overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-active"
        />
      )}
      <p className="num text-sm text-soft">
        {fraction !== undefined && `${Math.round(share * 100)} %  `}
        {message !== undefined && safeText(message, 400)}
        {Object.entries(metrics).map(([name, value]) => `  ${safeText(name, 60)} ${formatNumber(value)}`)}
      </p>
    </div>
  );
}

function ErrorText({ error }: { readonly error: NonNullable<AttemptDetail["error"]> }) {
  return (
    <div className="rounded-md bg-danger-soft p-3">
      <p className="code font-medium break-words text-danger">
        {safeText(error.type, 120)}: {safeText(error.message, 4_000)}
      </p>
      {error.at !== undefined && <p className="code mt-1 text-soft">{safeText(error.at, 300)}</p>}
      {error.stack !== undefined && (
        <details className="mt-2">
          <summary className="label hover:text-ink">Stack</summary>
          <pre tabIndex={0} className="code mt-1 max-h-72 overflow-auto leading-[18px]">
            {safeText(error.stack, 40_000)}
          </pre>
        </details>
      )}
    </div>
  );
}

function Path({ path }: { readonly path: string }) {
  return (
    <span className="flex items-center gap-1">
      <span className="code truncate" data-tip={safeText(path, 400)}>
        {safeText(path, 400)}
      </span>
      <CopyButton text={path} label="Copy the path" />
    </span>
  );
}

function pidText(pid: number | undefined): string {
  return pid === undefined ? "" : `, process ${pid}`;
}

function lengthOf({ runningAt, intendedAt, endedAt }: AttemptDetail): string {
  return endedAt === undefined ? "" : formatDuration(endedAt - (runningAt ?? intendedAt));
}

/** Told apart where it is known: the machine's own clock says when the author's code began and ended. */
function phases({ intendedAt, runningAt, workStartedAt, workEndedAt, endedAt }: AttemptDetail): string | undefined {
  const parts: string[] = [];
  const begun = workStartedAt ?? runningAt;
  if (begun !== undefined) parts.push(`starting ${formatDuration(begun - intendedAt)}`);
  if (workStartedAt !== undefined && workEndedAt !== undefined)
    parts.push(`working ${formatDuration(workEndedAt - workStartedAt)}`);
  if (workEndedAt !== undefined && endedAt !== undefined) parts.push(`saving ${formatDuration(endedAt - workEndedAt)}`);
  return parts.length === 0 ? undefined : parts.join(", ");
}
