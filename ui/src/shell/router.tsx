import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { loadCode } from "../api/load-code.ts";
import { pipelineQuery, pipelinesQuery, runFormQuery } from "../api/pipelines.ts";
import { runQuery } from "../api/runs.ts";
import { platformsQuery } from "../api/server.ts";
import { readRunSearch } from "../run/run-search.ts";
import { readRunsSearch } from "../runs/runs-search.ts";
import { NotFound, PageFailure } from "./page-failure.tsx";
import { parseSearch, stringifySearch, type Search } from "./search.ts";
import { Shell } from "./shell.tsx";

const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- how the router is told
    throw redirect({ to: "/runs", replace: true });
  },
});

const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  validateSearch: (search) => readRunsSearch(search as Search),
  component: lazyRouteComponent(() => loadCode(() => import("../runs/runs-page.tsx")), "RunsPage"),
});

// Data are asked for while the code of the page is still on its way; nobody waits for them here.
const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$run",
  validateSearch: (search) => readRunSearch(search as Search),
  loader: ({ context, params }) => void context.client.prefetchQuery(runQuery(params.run)),
  component: lazyRouteComponent(() => loadCode(() => import("../run/run-page.tsx")), "RunPage"),
});

const graph = createRoute({
  getParentRoute: () => run,
  path: "/",
  component: lazyRouteComponent(() => loadCode(() => import("../run/graph-view.tsx")), "GraphView"),
});
const fleet = createRoute({
  getParentRoute: () => run,
  path: "/fleet",
  component: lazyRouteComponent(() => loadCode(() => import("../run/fleet-view.tsx")), "FleetView"),
});
const timeline = createRoute({
  getParentRoute: () => run,
  path: "/timeline",
  component: lazyRouteComponent(() => loadCode(() => import("../run/timeline-view.tsx")), "TimelineView"),
});
const failures = createRoute({
  getParentRoute: () => run,
  path: "/failures",
  component: lazyRouteComponent(() => loadCode(() => import("../failures/failures-view.tsx")), "FailuresView"),
});
const tasks = createRoute({
  getParentRoute: () => run,
  path: "/tasks",
  component: lazyRouteComponent(() => loadCode(() => import("../tasks/tasks-view.tsx")), "TasksView"),
});
const logs = createRoute({
  getParentRoute: () => run,
  path: "/logs",
  component: lazyRouteComponent(() => loadCode(() => import("../logs/logs-view.tsx")), "LogsView"),
});
const definition = createRoute({
  getParentRoute: () => run,
  path: "/definition",
  component: lazyRouteComponent(() => loadCode(() => import("../definition/definition-view.tsx")), "DefinitionView"),
});

const pipelines = createRoute({
  getParentRoute: () => root,
  path: "/pipelines",
  loader: ({ context }) => void context.client.prefetchQuery(pipelinesQuery),
  component: lazyRouteComponent(() => loadCode(() => import("../pipelines/pipelines-page.tsx")), "PipelinesPage"),
});
const pipeline = createRoute({
  getParentRoute: () => root,
  path: "/pipelines/$pipeline",
  loader: ({ context, params }) => void context.client.prefetchQuery(pipelineQuery(params.pipeline)),
  component: lazyRouteComponent(() => loadCode(() => import("../pipelines/pipeline-page.tsx")), "PipelinePage"),
});
const newRun = createRoute({
  getParentRoute: () => root,
  path: "/pipelines/$pipeline/run",
  loader: ({ context, params }) => void context.client.prefetchQuery(runFormQuery(params.pipeline)),
  component: lazyRouteComponent(() => loadCode(() => import("../pipelines/new-run-page.tsx")), "NewRunPage"),
});
const platforms = createRoute({
  getParentRoute: () => root,
  path: "/platforms",
  loader: ({ context }) => void context.client.prefetchQuery(platformsQuery),
  component: lazyRouteComponent(() => loadCode(() => import("../platforms/platforms-page.tsx")), "PlatformsPage"),
});

const routeTree = root.addChildren([
  home,
  runs,
  run.addChildren([graph, fleet, timeline, failures, tasks, logs, definition]),
  pipelines,
  pipeline,
  newRun,
  platforms,
]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    // A mouse on its way across a list is no intent.
    defaultPreloadDelay: 120,
    defaultErrorComponent: PageFailure,
    defaultPendingMs: 150,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
