import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import type { RunDetail } from "../../../src/api/schemas/run.ts";
import { CopyButton } from "../components/copy.tsx";
import { useNow } from "../components/now.ts";
import { RunStateMark } from "../components/state.tsx";
import { Elapsed, TimeAgo } from "../components/time.tsx";
import { shortCode } from "../format/code-version.ts";
import { formatDuration, formatExact } from "../format/duration.ts";
import { safeText, valueText } from "../format/safe-text.ts";
import { runStates } from "../format/states.ts";
import { RunActions } from "./run-actions.tsx";
import { StateLegend } from "./state-legend.tsx";

/** How the run stands, and what can be done about it. */
export function RunHeader({ run }: { readonly run: RunDetail }) {
  return (
    <header className="px-4 pt-3 pb-2">
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <nav aria-label="Where this is" className="flex items-center gap-1 text-xs text-faint">
            <Link to="/runs" className="hover:text-ink">
              Runs
            </Link>
            <ChevronRight size={12} aria-hidden />
            <Link to="/pipelines/$pipeline" params={{ pipeline: run.pipeline }} className="truncate hover:text-ink">
              {safeText(run.pipeline, 80)}
            </Link>
            <ChevronRight size={12} aria-hidden />
            <span className="code text-[11px]">{run.id}</span>
            <span className="-my-1.5 -ml-1">
              <CopyButton text={run.id} label="Copy the id" />
            </span>
          </nav>
          <div className="mt-1 flex items-center gap-3 overflow-hidden">
            <h1 className="truncate text-xl font-semibold tracking-tight">{safeText(run.pipeline, 120)}</h1>
            <span className="shrink-0 rounded-full border border-line px-2 py-0.5 text-sm font-medium">
              <RunStateMark state={run.state} />
            </span>
            <Params run={run} />
          </div>
          <p className="mt-1 truncate text-sm text-soft" data-tip={safeText(run.why, 600)}>
            {safeText(run.why, 300)}
          </p>
        </div>
        <RunActions run={run} />
      </div>
      <StateLegend counts={run.tasks} />
      <Facts run={run} />
    </header>
  );
}

function Params({ run }: { readonly run: RunDetail }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5 overflow-hidden">
      <span className="chip shrink-0" data-tip={safeText(run.coverage.inWords, 600)}>
        {safeText(run.selection, 40)}
      </span>
      {run.profile !== "laptop" && (
        <span className="chip shrink-0" data-tip="The profile: it says where each step runs">
          {safeText(run.profile, 40)}
        </span>
      )}
      {run.changedParams.slice(0, 6).map((name) => (
        <span
          key={name}
          className="chip code min-w-0 text-[11px]"
          data-tip={`${safeText(name)} = ${valueText(run.params[name])}`}
        >
          <span className="truncate">
            {safeText(name, 30)}={valueText(run.params[name], 24)}
          </span>
        </span>
      ))}
    </span>
  );
}

function Facts({ run }: { readonly run: RunDetail }) {
  const ended = runStates[run.state].ended;
  return (
    <dl className="mt-2 flex h-5 flex-wrap gap-x-6 gap-y-1 overflow-hidden text-sm">
      <Fact name="Elapsed">
        {run.startedAt === undefined ? "–" : <Elapsed from={run.startedAt} to={run.endedAt} />}
      </Fact>
      {ended ? (
        <Fact name="Ended">{run.endedAt === undefined ? "–" : <TimeAgo at={run.endedAt} />}</Fact>
      ) : (
        <Fact name="Left">
          <Left at={run.expectedEndAt} />
        </Fact>
      )}
      {!ended && (
        <Fact name="Rate">
          <span className="num inline-block min-w-14">{rateText(run.perSecond)}</span>
        </Fact>
      )}
      <Fact name="Started">
        <TimeAgo at={run.createdAt} />
      </Fact>
      <Fact name="By">{safeText(run.startedBy, 60)}</Fact>
      {run.code !== undefined && (
        <Fact name="Code">
          <span className="code" data-tip={safeText(run.code)}>
            {shortCode(run.code)}
          </span>
          <span className="-my-1.5">
            <CopyButton text={run.code} label="Copy the version of the code" />
          </span>
        </Fact>
      )}
      {!run.driven && !ended && <Fact name="Engine">none: flotilla resume, or flotilla up</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex h-5 items-center gap-1.5 whitespace-nowrap">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="num flex items-center text-soft">{children}</dd>
    </div>
  );
}

function Left({ at }: { readonly at: number | undefined }) {
  const now = useNow(at !== undefined);
  if (at === undefined) return "not known yet";
  return (
    <span data-tip={`Expected to end ${formatExact(at)}`}>
      {at > now ? `≈ ${formatDuration(at - now)}` : "any moment"}
    </span>
  );
}

function rateText(perSecond: number | undefined): string {
  if (perSecond === undefined) return "–";
  return perSecond >= 10 ? `${Math.round(perSecond)}/s` : `${perSecond.toFixed(1)}/s`;
}

/** As high as what comes. */
export function RunHeaderSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="px-4 pt-3 pb-2">
      <div className="skeleton mt-0.5 h-3 w-52" />
      <div className="skeleton mt-2.5 h-6 w-72" />
      <div className="skeleton mt-2 h-3.5 w-96" />
      <div className="skeleton mt-3.5 h-2 w-full rounded-full" />
      <div className="skeleton mt-2.5 h-4 w-80" />
      <div className="skeleton mt-3.5 h-4 w-2/3" />
    </div>
  );
}
