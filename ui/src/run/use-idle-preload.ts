import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

const viewRoutes = [
  "/runs/$run/",
  "/runs/$run/fleet",
  "/runs/$run/timeline",
  "/runs/$run/failures",
  "/runs/$run/tasks",
  "/runs/$run/logs",
  "/runs/$run/definition",
] as const;
/** The page that was asked for comes first. */
const waitMs = 400;

/** Once the page is there, the code of the other views (30 kB in all) is loaded too, so that the first click on one shows it at once. */
export function useIdlePreload(isReady: boolean, panel: (() => unknown) | undefined): void {
  const router = useRouter();
  useEffect(() => {
    if (!isReady) return;
    const timer = setTimeout(() => {
      for (const id of viewRoutes) void router.loadRouteChunk(router.routesById[id]);
      panel?.();
    }, waitMs);
    return () => clearTimeout(timer);
  }, [router, isReady, panel]);
}
