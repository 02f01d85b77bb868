import { formatDuration, formatExact, formatRelative } from "../format/duration.ts";
import { useNow } from "./now.ts";

/** How long ago, with the exact time on hover. */
export function TimeAgo({ at, className }: { readonly at: number; readonly className?: string }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} data-tip={formatExact(at)} className={`num ${className ?? ""}`}>
      {formatRelative(at, now)}
    </time>
  );
}

/** Time between two moments; goes on while the second is absent. */
export function Elapsed({ from, to }: { readonly from: number; readonly to?: number | undefined }) {
  const now = useNow(to === undefined);
  return (
    <span className="num" data-tip={`${formatExact(from)} – ${to === undefined ? "now" : formatExact(to)}`}>
      {formatDuration((to ?? now) - from)}
    </span>
  );
}
