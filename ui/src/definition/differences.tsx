import { useQuery } from "@tanstack/react-query";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { call } from "../api/client.ts";
import { runQuery } from "../api/runs.ts";
import { formatExact } from "../format/duration.ts";
import { safeText } from "../format/safe-text.ts";
import { useChangeSearch } from "../run/use-run.ts";
import { Select } from "../components/select.tsx";

interface DifferencesProps {
  readonly run: string;
  readonly against: string | undefined;
  readonly differences: ResponseOf<"getDefinition">["differences"];
}

/** What another run of the pipeline had otherwise. */
export function Differences({ run, against, differences }: DifferencesProps) {
  const change = useChangeSearch();
  const { data: detail } = useQuery(runQuery(run));
  const { data: others } = useQuery({
    queryKey: ["runs-of", detail?.pipeline],
    queryFn: ({ signal }) => call("listRuns", { pipeline: detail?.pipeline, limit: 50 }, signal),
    enabled: detail !== undefined,
  });
  return (
    <div className="flex flex-col gap-3 text-sm">
      <Select
        className="w-96 max-w-full"
        aria-label="The other run"
        value={against ?? ""}
        onChange={({ target: { value } }) => change({ against: value === "" ? undefined : value }, { replace: true })}
      >
        <option value="">Choose a run…</option>
        {others?.runs
          .filter(({ id }) => id !== detail?.id)
          .map(({ id, state, selection, createdAt }) => (
            <option key={id} value={id}>
              {id.slice(0, 8)} {state}, {safeText(selection, 40)}, {formatExact(createdAt)}
            </option>
          ))}
      </Select>
      {against !== undefined && differences?.length === 0 && <p className="text-soft">Nothing differs.</p>}
      {against !== undefined && differences && differences.length > 0 && (
        <table className="w-full table-fixed">
          <thead>
            <tr className="label text-left">
              <th scope="col" className="w-1/5 py-1 font-medium">
                What
              </th>
              <th scope="col" className="py-1 font-medium">
                Here
              </th>
              <th scope="col" className="py-1 font-medium">
                There
              </th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ what, here, there }) => (
              <tr key={what} className="border-t border-line align-top">
                <th scope="row" className="py-1 pr-4 text-left font-normal text-soft">
                  {safeText(what, 200)}
                </th>
                <td className="code py-1 pr-4 break-words">{safeText(here, 2_000)}</td>
                <td className="code py-1 break-words text-soft">{safeText(there, 2_000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
