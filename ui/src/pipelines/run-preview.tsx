import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { asApiError } from "../api/error.ts";
import { call, newKey } from "../api/client.ts";
import { Button } from "../components/button.tsx";
import { CommandLine } from "../components/copy.tsx";
import { Failure } from "../components/notice.tsx";
import { SkeletonBlock } from "../components/skeleton.tsx";
import { formatDuration } from "../format/duration.ts";
import { formatCount, formatCounted } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import type { RunFormState } from "./use-run-form.ts";
import { useMayAct, whyNotAct } from "../api/use-may-act.ts";

const waitMs = 350;

/** What the run would do, worked out by the planner as the form is filled in; and the button that starts it. */
export function RunPreview({ state }: { readonly state: RunFormState }) {
  const navigate = useNavigate();
  const mayAct = useMayAct();
  const request = useSettled(state.request, waitMs);
  const complete = state.problems.size === 0;
  const { data, error, isFetching } = useQuery({
    queryKey: ["preview-run", request],
    queryFn: ({ signal }) => call("previewRun", request, signal),
    enabled: complete,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  // One run for one filled-in form, however often the button is pressed after an answer that got lost.
  const key = useMemo(() => newKey(), [state.request]);
  const start = useMutation({
    mutationFn: () => call("startRun", state.request, undefined, key),
    onSuccess: (run) => navigate({ to: "/runs/$run", params: { run: run.id } }),
  });
  const settling = isFetching || request !== state.request;
  return (
    <section className="panel sticky top-4 flex flex-col overflow-hidden" aria-label="What it would do">
      <div className="flex items-center justify-between border-b border-line px-4 py-2.5">
        <h2 className="text-sm font-semibold">What it would do</h2>
        <span role="status" className="text-xs text-faint">
          {settling && complete ? "planning…" : ""}
        </span>
      </div>
      {!complete && <Problems problems={state.problems} />}
      {error && complete && !settling ? (
        <div className="px-4">
          <Failure error={error} />
        </div>
      ) : data ? (
        <div className={settling || !complete ? "opacity-50 transition-opacity" : "transition-opacity"}>
          <Planned plan={data} />
        </div>
      ) : (
        complete && <SkeletonBlock className="m-4 h-56" />
      )}
      <div className="flex flex-col gap-3 border-t border-line p-4">
        <CommandLine line={state.command} />
        {start.error && (
          <p role="alert" className="text-sm text-danger">
            {asApiError(start.error).message} <span className="text-soft">{asApiError(start.error).mend}</span>
          </p>
        )}
        <Button
          kind="main"
          icon={Play}
          disabled={!mayAct || !complete || Boolean(error) || !data || start.isPending || start.isSuccess}
          data-tip={mayAct ? undefined : whyNotAct}
          onClick={() => start.mutate()}
        >
          {data && !settling ? `Start ${formatCounted(data.tasks, "task")}` : "Start"}
        </Button>
      </div>
    </section>
  );
}

function Problems({ problems }: { readonly problems: RunFormState["problems"] }) {
  return (
    <ul className="border-b border-line bg-danger-soft px-4 py-2 text-sm">
      {[...problems].map(([name, problem]) => (
        <li key={name}>
          <span className="code">{safeText(name, 80)}</span> <span className="text-soft">{problem}</span>
        </li>
      ))}
    </ul>
  );
}

function Planned({ plan }: { readonly plan: ResponseOf<"previewRun"> }) {
  return (
    <div className="flex flex-col gap-4 p-4">
      <div className="flex gap-8">
        <Figure name="Tasks">{formatCount(plan.tasks)}</Figure>
        <Figure name="Scenarios">
          {formatCount(plan.coverage.scenarios)}
          <span className="text-sm font-normal text-faint"> of {formatCount(plan.coverage.of)}</span>
        </Figure>
        <Figure name="Expected to take">
          {plan.expectedMs === undefined ? (
            <span className="text-sm font-normal text-faint">not known yet</span>
          ) : (
            `≈ ${formatDuration(plan.expectedMs)}`
          )}
        </Figure>
      </div>
      <p className="text-sm text-soft">{safeText(plan.coverage.inWords, 600)}</p>
      <table className="w-full text-sm">
        <thead>
          <tr>
            <th scope="col" className="label py-1 text-left font-medium">
              Step
            </th>
            <th scope="col" className="label py-1 text-left font-medium">
              By
            </th>
            <th scope="col" className="label py-1 text-left font-medium">
              Needs
            </th>
            <th scope="col" className="label py-1 text-right font-medium">
              Tasks
            </th>
            <th scope="col" className="label py-1 text-right font-medium">
              Each takes
            </th>
          </tr>
        </thead>
        <tbody>
          {plan.steps.map(({ name, by, needs, tasks, expectedMs }) => (
            <tr key={name} className="border-t border-line">
              <td className="py-1 font-medium">{safeText(name, 80)}</td>
              <td className="py-1 text-soft">{by.length === 0 ? "once" : safeText(by.join(", "), 120)}</td>
              <td className="py-1 text-soft">{safeText(needs, 80)}</td>
              <td className="num py-1 text-right">{formatCount(tasks)}</td>
              <td className="num py-1 text-right text-soft">
                {expectedMs === undefined ? "–" : formatDuration(expectedMs)}
              </td>
            </tr>
          ))}
          {plan.leftOut.map(({ step, reason }) => (
            <tr key={step} className="border-t border-line text-faint">
              <td className="py-1 line-through">{safeText(step, 80)}</td>
              <td className="py-1" colSpan={4}>
                left out: {safeText(reason, 300)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <p className="label">{name}</p>
      <p className="num text-xl font-semibold">{children}</p>
    </div>
  );
}

/** The value once it has not changed for a while. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
