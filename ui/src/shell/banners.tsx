import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { apiVersion } from "../../../src/api/routes.ts";
import { clockSkew } from "../api/live/live-cache.ts";
import { serverQuery } from "../api/server.ts";
import { Button } from "../components/button.tsx";
import { useStore } from "../components/store.ts";
import { formatDuration } from "../format/duration.ts";

const skewWorthTellingMs = 60_000;

/** What the viewer must know before believing what the page says. */
export function Banners() {
  const { data: server } = useQuery(serverQuery);
  const skew = useStore(clockSkew);
  return (
    <div>
      {server && server.apiVersion !== apiVersion && (
        <Banner>
          This page speaks version {apiVersion} of the API, the server version {server.apiVersion}.{" "}
          <Button className="ml-2 h-6" onClick={() => location.reload()}>
            Load the page anew
          </Button>
        </Banner>
      )}
      {server?.store === "away" && (
        <Banner>
          The server cannot reach its database: what is shown may be out of date, and nothing can be changed.
        </Banner>
      )}
      {Math.abs(skew) > skewWorthTellingMs && (
        <Banner>
          The clock of this computer is {formatDuration(Math.abs(skew))} {skew > 0 ? "behind" : "ahead of"} the
          server’s. Lengths of time are shown by the server’s clock.
        </Banner>
      )}
    </div>
  );
}

function Banner({ children }: { readonly children: ReactNode }) {
  return (
    <p
      role="status"
      className="flex items-center gap-2 border-b border-line bg-warning-soft px-4 py-1.5 text-sm text-warning"
    >
      <TriangleAlert size={14} aria-hidden className="shrink-0" />
      <span>{children}</span>
    </p>
  );
}
