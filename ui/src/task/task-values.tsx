import type { ReactNode } from "react";
import type { TaskDetail } from "../../../src/api/schemas/task.ts";
import { keyText } from "../format/key.ts";
import { formatCount } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import { useOpenTask } from "../run/use-run.ts";
import { Section } from "./section.tsx";
import { Value } from "./value.tsx";

type Input = TaskDetail["inputs"][number];

/** What the task was given, and by whom; what it made. */
export function TaskValues({ task }: { readonly task: TaskDetail }) {
  return (
    <div className="h-full overflow-auto">
      <Section title={task.inputs.length === 0 ? "It is given nothing but its key" : "Given"}>
        <div className="flex flex-col gap-3">
          {task.inputs.map((input) => (
            <InputRow key={input.name} run={task.run} input={input} />
          ))}
        </div>
      </Section>
      <Section title={task.outputs.length === 0 ? "It makes nothing" : "Made"}>
        <div className="flex flex-col gap-3">
          {task.outputs.map(({ name, type, value }) => (
            <div key={name}>
              <Name name={name} kind={type} />
              {value ? (
                <Value place={{ run: task.run, task: task.ref, output: name }} value={value} />
              ) : (
                <p className="text-sm text-faint">not made yet</p>
              )}
            </div>
          ))}
        </div>
      </Section>
    </div>
  );
}

function Name({
  name,
  kind,
  children,
}: {
  readonly name: string;
  readonly kind?: string;
  readonly children?: ReactNode;
}) {
  return (
    <p className="mb-1 flex items-baseline gap-2 text-sm">
      <span className="code font-medium">{safeText(name, 120)}</span>
      {kind !== undefined && <span className="text-xs text-faint">{kind}</span>}
      {children}
    </p>
  );
}

function InputRow({ run, input: { name, from, value } }: { readonly run: string; readonly input: Input }) {
  if (!("rows" in value)) {
    return (
      <div>
        <Name name={name}>
          <Maker from={from} />
        </Name>
        <Value place={from === undefined ? undefined : placeOf(run, from)} value={value} />
      </div>
    );
  }
  return (
    <div>
      <Name name={name} kind={`collection of ${formatCount(value.total)}`}>
        <Maker from={from} />
      </Name>
      <div
        className="max-h-64 overflow-auto rounded-md border border-line"
        tabIndex={0}
        role="group"
        aria-label={safeText(name, 120)}
      >
        <table className="w-full text-sm">
          <tbody>
            {value.rows.map(({ key, item }, at) => (
              <tr key={at} className="border-b border-line last:border-0">
                <th scope="row" className="code w-px py-1 pr-4 pl-2 text-left font-normal whitespace-nowrap text-soft">
                  {safeText(keyText(key), 200)}
                </th>
                <td className="py-1 pr-2">
                  <Value place={undefined} value={item} small />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {value.total > value.rows.length && (
        <p className="num mt-1 text-xs text-faint">the first {formatCount(value.rows.length)}</p>
      )}
    </div>
  );
}

/** `train[origin=JFK].model`: the task that made it, and under which name. */
function placeOf(run: string, from: string) {
  const dot = from.lastIndexOf(".");
  return dot < from.lastIndexOf("]") || dot < 0
    ? undefined
    : { run, task: from.slice(0, dot), output: from.slice(dot + 1) };
}

function Maker({ from }: { readonly from: string | undefined }) {
  const openTask = useOpenTask();
  if (from === undefined) return null;
  const task = placeOf("", from)?.task ?? from;
  return (
    <button type="button" onClick={() => openTask(task)} className="code truncate text-accent hover:underline">
      from {safeText(from, 200)}
    </button>
  );
}
