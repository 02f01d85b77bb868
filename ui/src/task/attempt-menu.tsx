import type { TaskDetail } from "../../../src/api/schemas/task.ts";
import { useChangeSearch } from "../run/use-run.ts";
import { Select } from "../components/select.tsx";

/** Whose log: the last attempt's, or an earlier one's. */
export function AttemptMenu({ task, attempt }: { readonly task: TaskDetail; readonly attempt: number | undefined }) {
  const change = useChangeSearch();
  if (task.attemptsMade.length < 2) return null;
  return (
    <Select
      className="ml-auto"
      aria-label="Attempt"
      value={attempt ?? "last"}
      onChange={({ target: { value } }) =>
        change({ attempt: value === "last" ? undefined : Number(value), at: undefined }, { replace: true })
      }
    >
      <option value="last">last attempt</option>
      {task.attemptsMade.map(({ number, class: name, state }) => (
        <option key={number} value={number}>
          attempt {number}: {name ?? state}
        </option>
      ))}
    </Select>
  );
}
