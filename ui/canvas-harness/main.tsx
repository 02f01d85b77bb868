import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { FleetPage } from "./fleet-page.tsx";
import { GraphPage } from "./graph-page.tsx";
import "./harness.css";
import { TimelinePage } from "./timeline-page.tsx";

/** `?view=graph&size=8&theme=dark` */
const query = new URLSearchParams(location.search);
document.documentElement.dataset["theme"] = query.get("theme") ?? "light";
const size = Number(query.get("size") ?? 8);

const pages = {
  graph: () => <GraphPage size={size} />,
  fleet: () => <FleetPage size={size} by={query.get("by") ?? "state"} delayMs={Number(query.get("delay") ?? 0)} />,
  timeline: () => <TimelinePage size={size} />,
};
const root = createRoot(document.getElementById("root")!);
root.render(<StrictMode>{pages[(query.get("view") ?? "graph") as keyof typeof pages]()}</StrictMode>);
/** For scripts that look at what is left behind. */
Object.assign(globalThis, { leave: () => root.unmount() });
