import { Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { useStore } from "../components/store.ts";
import { session } from "../api/session.ts";
import { Banners } from "./banners.tsx";
import { Header } from "./header.tsx";
import { Help } from "./help.tsx";
import { Login } from "./login.tsx";
import { Palette } from "./palette.tsx";
import { usePlaces } from "./use-places.ts";
import { useKeys } from "../components/keys.ts";

/** What stands around every page. */
export function Shell() {
  const [open, setOpen] = useState<"help" | "palette">();
  usePlaces();
  useKeys({ "?": () => setOpen("help"), "mod+k": () => setOpen("palette") });
  if (useStore(session) === "login") return <Login />;
  return (
    <div className="grid h-full grid-rows-[44px_auto_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded focus:bg-raised focus:px-3 focus:py-1"
      >
        To the content
      </a>
      <Header onHelp={() => setOpen("help")} onPalette={() => setOpen("palette")} />
      <Banners />
      <main id="main" className="min-h-0 min-w-0">
        <Outlet />
      </main>
      {open === "help" && <Help onClose={() => setOpen(undefined)} />}
      {open === "palette" && <Palette onClose={() => setOpen(undefined)} />}
    </div>
  );
}
