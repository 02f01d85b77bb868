import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Server } from "lucide-react";
import type { ReactNode } from "react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { platformsQuery } from "../api/server.ts";
import { Empty, Failure } from "../components/notice.tsx";
import { SkeletonBlock } from "../components/skeleton.tsx";
import { useDocumentTitle } from "../components/use-document-title.ts";
import { formatBytes, formatCount, formatAmount, formatCounted, formatShare } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";

type Platforms = ResponseOf<"platforms">;
type Resource = { readonly name: string; readonly capacity?: number | undefined; readonly used: number };

/** Where tasks run: what there is, who uses it, what waits and for what. */
export function PlatformsPage() {
  const { data, error, refetch } = useQuery(platformsQuery);
  useDocumentTitle("Platforms");
  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto flex max-w-[1600px] flex-col gap-4 p-4">
        <h1 className="text-xl font-semibold tracking-tight">Platforms</h1>
        {error && !data ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : data ? (
          <Shown data={data} />
        ) : (
          <Loading />
        )}
      </div>
    </div>
  );
}

function Loading() {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <SkeletonBlock className="h-40" />
      <SkeletonBlock className="h-40" />
      <SkeletonBlock className="h-64" />
      <SkeletonBlock className="h-64" />
    </div>
  );
}

function Shown({ data }: { readonly data: Platforms }) {
  if (data.platforms.length === 0) {
    return (
      <Empty icon={Server} title="No platform is in use" command="flotilla run">
        A platform shows here with the first run that uses it.
      </Empty>
    );
  }
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
        {data.platforms.map(({ name, resources, running }) => (
          <Card key={name} title={safeText(name, 80)} aside={`${formatCounted(running, "attempt")} running`}>
            <Resources resources={resources} />
          </Card>
        ))}
        {data.pools.length > 0 && (
          <Card title="Pools" aside="shared by all runs">
            <Resources resources={data.pools} />
          </Card>
        )}
        <Card title="Engines" aside={formatCount(data.engines.length)}>
          <ul className="flex flex-col gap-1.5 text-sm">
            {data.engines.map(({ id, runs, alive }) => (
              <li key={id} className="flex items-center gap-2">
                <span aria-hidden className={`size-1.5 rounded-full ${alive ? "bg-succeeded" : "bg-failed"}`} />
                <span className="code truncate">{safeText(id, 80)}</span>
                <span className="num ml-auto text-faint">
                  {alive ? formatCounted(runs, "run") : "gone; its runs are taken over"}
                </span>
              </li>
            ))}
            {data.engines.length === 0 && <li className="text-faint">None lives. Start one: flotilla up</li>}
          </ul>
        </Card>
      </div>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Card title="Who uses it" flush>
          <Table
            heads={["Run", "Step", "Platform", "Running"]}
            none="Nothing runs."
            rows={data.users.map(({ run, pipeline, step, platform, running }) => [
              <RunLink run={run} pipeline={pipeline} />,
              safeText(step, 80),
              safeText(platform, 60),
              <span className="num">{formatCount(running)}</span>,
            ])}
          />
        </Card>
        <Card title="What waits, and for what" flush>
          <Table
            heads={["Run", "Step", "Why", "Tasks"]}
            none="Nothing waits for room."
            rows={data.waiting.map(({ run, pipeline, step, why, tasks }) => [
              <RunLink run={run} pipeline={pipeline} />,
              safeText(step, 80),
              <span className="text-soft">{safeText(why, 300)}</span>,
              <span className="num">{formatCount(tasks)}</span>,
            ])}
          />
        </Card>
      </div>
    </>
  );
}

interface CardProps {
  readonly title: string;
  readonly aside?: string;
  readonly flush?: boolean;
  readonly children: ReactNode;
}

function Card({ title, aside, flush = false, children }: CardProps) {
  return (
    <section className="panel overflow-hidden">
      <div className="flex items-baseline justify-between gap-3 border-b border-line px-4 py-2">
        <h2 className="truncate text-sm font-semibold">{title}</h2>
        {aside !== undefined && <span className="num shrink-0 text-xs text-faint">{aside}</span>}
      </div>
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}

function Resources({ resources }: { readonly resources: readonly Resource[] }) {
  return (
    <ul className="flex flex-col gap-3">
      {resources.map(({ name, capacity, used }) => (
        <li key={name}>
          <p className="num flex justify-between text-sm">
            <span>{safeText(name, 60)}</span>
            <span className="text-soft">
              {amount(name, used)}
              <span className="text-faint">
                {capacity === undefined ? " in use, no limit" : ` of ${amount(name, capacity)}`}
              </span>
            </span>
          </p>
          <div
            role="img"
            aria-label={capacity === undefined ? "no limit" : `${formatShare(used, capacity)} in use`}
            className="mt-1 h-1.5 overflow-hidden rounded-full bg-sunken"
          >
            {capacity !== undefined && capacity > 0 && (
              <div
                className={`h-full rounded-full ${used >= capacity ? "bg-backoff" : "bg-active"}`}
                style={{ width: `${Math.min(100, (100 * used) / capacity)}%` }}
              />
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function amount(name: string, value: number): string {
  return name === "memory" ? formatBytes(value) : formatAmount(value);
}

function RunLink({ run, pipeline }: { readonly run: string; readonly pipeline: string }) {
  return (
    <Link to="/runs/$run" params={{ run }} className="hover:text-accent">
      {safeText(pipeline, 60)} <span className="code text-faint">{run.slice(0, 8)}</span>
    </Link>
  );
}

interface TableProps {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
  readonly none: string;
}

function Table({ heads, rows, none }: TableProps) {
  if (rows.length === 0) return <p className="p-4 text-sm text-faint">{none}</p>;
  return (
    <table className="w-full text-sm">
      <thead>
        <tr>
          {heads.map((head, at) => (
            <th
              key={head}
              scope="col"
              className={`label px-4 py-1.5 font-medium ${at === heads.length - 1 ? "text-right" : "text-left"}`}
            >
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, at) => (
          <tr key={at} className="border-t border-line">
            {cells.map((cell, column) => (
              <td key={column} className={`px-4 py-1.5 ${column === cells.length - 1 ? "text-right" : ""}`}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
