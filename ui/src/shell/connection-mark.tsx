import { Unplug } from "lucide-react";
import { connection } from "../api/live/connection.ts";
import { useNow } from "../components/now.ts";
import { useStore } from "../components/store.ts";
import { formatDuration, formatExact } from "../format/duration.ts";

/** Whether what is shown is live. A quiet dot while it is; words when it is not. */
export function ConnectionMark() {
  const state = useStore(connection);
  return (
    <span role="status" className="inline-flex items-center">
      {state.is === "lost" ? (
        <Lost since={state.since} />
      ) : (
        <span
          className="inline-flex items-center gap-1.5 px-1 text-xs text-faint"
          data-tip={state.is === "live" ? "Live: changes show as they happen" : "Connecting"}
        >
          <span className={`size-1.5 rounded-full ${state.is === "live" ? "bg-succeeded" : "bg-ready"}`} />
          <span className="sr-only lg:not-sr-only">{state.is === "live" ? "Live" : "Connecting"}</span>
        </span>
      )}
    </span>
  );
}

function Lost({ since }: { readonly since: number }) {
  useNow();
  return (
    <span
      className="inline-flex items-center gap-1.5 rounded-md bg-warning-soft px-2 py-1 text-xs font-medium text-warning"
      data-tip={`What is shown is from ${formatExact(since)}.\nThis page tries again by itself.`}
    >
      <Unplug size={13} aria-hidden />
      <span>
        Connection lost <span className="num">{formatDuration(Date.now() - since)}</span> ago
      </span>
    </span>
  );
}
