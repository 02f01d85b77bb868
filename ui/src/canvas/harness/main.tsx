import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import { createRoot } from "react-dom/client";
import { GraphPage } from "./graph-page.tsx";
import "./harness.css";

/** `?view=graph&size=8&theme=dark` */
const query = new URLSearchParams(location.search);
document.documentElement.dataset["theme"] = query.get("theme") ?? "light";
const size = Number(query.get("size") ?? 8);
const view = query.get("view") ?? "graph";

createRoot(document.getElementById("root")!).render(view === "graph" ? <GraphPage size={size} /> : null);
