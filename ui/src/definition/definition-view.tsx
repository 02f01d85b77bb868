import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { definitionQuery } from "../api/runs.ts";
import { Failure } from "../components/notice.tsx";
import { SkeletonBlock } from "../components/skeleton.tsx";
import { formatCounted, formatNumber } from "../format/number.ts";
import { safeText, valueText } from "../format/safe-text.ts";
import { useRunId, useRunSearch } from "../run/use-run.ts";
import { Differences } from "./differences.tsx";
import { Scenarios } from "./scenarios.tsx";

type Definition = ResponseOf<"getDefinition">;

/** What the run is pinned to: parameters, scenarios, code, environments; and what another run had otherwise. */
export function DefinitionView() {
  const run = useRunId();
  const { against } = useRunSearch();
  const { data, error, refetch } = useQuery(definitionQuery(run, against));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <div className="grid gap-4 p-4 lg:grid-cols-2">
        <SkeletonBlock className="h-64" />
        <SkeletonBlock className="h-64" />
      </div>
    );
  }
  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto grid max-w-[1600px] gap-4 p-4 lg:grid-cols-2">
        <Card title="Parameters">
          <Params params={data.params} />
        </Card>
        <div className="flex flex-col gap-4">
          <Card title="Scenarios">
            <p className="text-sm">{safeText(data.coverage.inWords, 1_000)}</p>
            {data.coverage.narrowed.length > 0 && (
              <p className="mt-2 flex flex-wrap gap-1">
                {data.coverage.narrowed.map((condition) => (
                  <span key={condition} className="chip code text-[11px]">
                    {safeText(condition, 120)}
                  </span>
                ))}
              </p>
            )}
            <ul className="mt-3 grid grid-cols-2 gap-x-6 gap-y-1 text-sm">
              {data.dimensions.map(({ name, role, ordered, values }) => (
                <li key={name} className="flex justify-between gap-2">
                  <span className={role === "label" ? "text-soft" : "font-medium"}>{safeText(name, 60)}</span>
                  <span className="num text-faint">
                    {formatCounted(values, "value")}
                    {role === "label" ? ", label" : ordered ? ", ordered" : ""}
                  </span>
                </li>
              ))}
            </ul>
          </Card>
          <Card title="Code and environment">
            <Pinned definition={data} />
          </Card>
        </div>
        <div className="lg:col-span-2">
          <Card title="Difference to another run">
            <Differences run={run} against={against} differences={data.differences} />
          </Card>
        </div>
        <div className="lg:col-span-2">
          <Card title={`Scenario table, ${formatCounted(data.coverage.scenarios, "row")}`} flush>
            <Scenarios run={run} />
          </Card>
        </div>
      </div>
    </div>
  );
}

interface CardProps {
  readonly title: string;
  readonly flush?: boolean;
  readonly children: ReactNode;
}

function Card({ title, flush = false, children }: CardProps) {
  return (
    <section className="panel overflow-hidden">
      <h2 className="label border-b border-line px-4 py-2">{title}</h2>
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}

function Params({ params }: { readonly params: Definition["params"] }) {
  if (params.length === 0) return <p className="text-sm text-faint">The pipeline has none.</p>;
  return (
    <dl className="flex flex-col gap-2.5">
      {params.map(({ name, value, default: usual, description, type }) => {
        const changed = usual !== undefined && JSON.stringify(value) !== JSON.stringify(usual);
        return (
          <div key={name} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-x-4 text-sm">
            <dt>
              <span className="code font-medium">{safeText(name, 80)}</span>
              <span className="ml-2 text-xs text-faint">{safeText(type, 60)}</span>
              {description !== undefined && <p className="text-xs text-faint">{safeText(description, 400)}</p>}
            </dt>
            <dd className="code break-words">
              <span className={changed ? "rounded bg-accent-soft px-1" : ""}>{valueText(value, 2_000)}</span>
              {changed && <span className="ml-2 text-faint">else {valueText(usual, 200)}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Pinned({ definition }: { readonly definition: Definition }) {
  const rows: readonly (readonly [string, ReactNode])[] = [
    ["Pipeline file", definition.file && <span className="code">{safeText(definition.file, 200)}</span>],
    ["Plan", <span className="code break-all">{safeText(definition.planHash, 80)}</span>],
    ["Source", <span className="code break-all">{safeText(definition.source, 80)}</span>],
    ["Code", definition.code && <span className="code break-all">{safeText(definition.code, 80)}</span>],
    ...definition.environments.map(
      ({ step, inWords, hash }) =>
        [
          safeText(step, 60),
          <span>
            {safeText(inWords, 300)}{" "}
            {hash !== undefined && <span className="code text-faint">{safeText(hash.slice(0, 12))}</span>}
          </span>,
        ] as const,
    ),
    ...Object.entries(definition.pools).map(
      ([name, size]) => [`Pool ${safeText(name, 60)}`, <span className="num">{formatNumber(size)}</span>] as const,
    ),
    ["Limits", definition.limits.length > 0 && definition.limits.map((limit) => safeText(limit, 200)).join("; ")],
  ];
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-sm">
      {rows
        .filter(([, what]) => Boolean(what))
        .map(([name, what]) => (
          <div key={name} className="contents">
            <dt className="text-faint">{name}</dt>
            <dd className="min-w-0">{what}</dd>
          </div>
        ))}
    </dl>
  );
}
