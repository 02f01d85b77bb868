import { useState } from "react";
import { formatCount } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import { splitRef } from "../format/key.ts";
import { useChangeSearch } from "../run/use-run.ts";
import type { Hit, HitsOfTask } from "./group-hits.ts";
import { LogLine } from "./log-line.tsx";

const fewHits = 5;

/** The hits in one task's log; each opens the log at its line. */
export function HitGroup({ group, find }: { readonly group: HitsOfTask; readonly find: RegExp | undefined }) {
  const change = useChangeSearch();
  const [all, setAll] = useState(false);
  const { step, key } = splitRef(group.task);
  const open = (hit?: Hit) =>
    change({ task: group.task, panel: "log", attempt: hit?.attempt, at: hit && Math.max(0, hit.from) });
  const shown = all ? group.hits : group.hits.slice(0, fewHits);
  return (
    <section className="border-b border-line" aria-label={safeText(group.task, 200)}>
      <h2 className="sticky top-0 flex items-center gap-2 bg-page px-4 py-1.5 text-sm">
        <button type="button" onClick={() => open()} className="flex min-w-0 items-baseline gap-2 hover:text-accent">
          <span className="font-medium">{safeText(step, 80)}</span>
          <span className="code truncate text-soft">{safeText(key, 300)}</span>
        </button>
        <span className="num text-xs text-faint">{formatCount(group.hits.length)}</span>
      </h2>
      <div
        className="code overflow-x-auto bg-sunken py-1 pl-2 leading-[18px]"
        tabIndex={0}
        role="group"
        aria-label="Lines"
      >
        {shown.map((hit, at) => (
          <button
            key={`${hit.from} ${at}`}
            type="button"
            onClick={() => open(hit)}
            className="block w-max min-w-full text-left hover:bg-hover"
          >
            <LogLine line={{ id: String(at), ...hit }} find={find} />
          </button>
        ))}
        {!all && group.hits.length > fewHits && (
          <button type="button" className="px-2 pt-1 text-accent" onClick={() => setAll(true)}>
            {formatCount(group.hits.length - fewHits)} more
          </button>
        )}
      </div>
    </section>
  );
}
