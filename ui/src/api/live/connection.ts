import { createStore } from "../../components/store.ts";

/** How the stream stands; `since` when it was lost. */
export type Connection = { readonly is: "starting" | "live" } | { readonly is: "lost"; readonly since: number };

export const connection = createStore<Connection>({ is: "starting" });
