import "./theme/theme.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startLive } from "./api/live/live.ts";
import { createQueryClient } from "./api/query-client.ts";
import { LiveContext } from "./api/live/use-live.ts";
import { startTooltips } from "./components/tooltip.ts";
import { createAppRouter } from "./shell/router.tsx";
import { startTheme } from "./theme/theme.ts";

startTheme();
if (import.meta.env.DEV && (import.meta.env["VITE_FAKES"] || new URLSearchParams(location.search).has("fakes")))
  (await import("./fakes/install.ts")).installFakes();

const client = createQueryClient();
const live = startLive(client);
const router = createAppRouter(client);
const place = document.getElementById("app");
if (!place) throw new Error("index.html has no #app");

createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LiveContext value={live}>
        <RouterProvider router={router} />
      </LiveContext>
    </QueryClientProvider>
  </StrictMode>,
);
startTooltips();
