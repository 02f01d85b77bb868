import type { Connection } from "./connection.ts";

/** What one tab looks at. */
export interface Watch {
  readonly runs: readonly string[];
  /** Logs that are read as they grow, each `RUN/TASK`. */
  readonly logs: readonly string[];
}

export const nothing: Watch = { runs: [], logs: [] };

/** What a tab has that may be older than the stream: all of it, or what it has of these runs. */
export type Unsure = "everything" | readonly string[];

/** An event of the stream, as the tab that holds the stream hands it on. */
export interface LiveEvent {
  readonly name: string;
  /** JSON, as it came. */
  readonly data: string;
  readonly id: string | undefined;
  /** What a tab has read after that has missed nothing of what it tells. */
  readonly since: number;
  /** What the stream tells of. */
  readonly watch: Watch;
}

/** What the tabs of one browser say to each other. */
export type Message =
  /** Of the tab that leads: everybody answers with `watching`. */
  | { readonly is: "leading" }
  /** How the stream stands; to one tab when that has come. */
  | { readonly is: "connection"; readonly to?: string; readonly connection: Connection }
  | { readonly is: "watching"; readonly tab: string; readonly watch: Watch; readonly unsure: Unsure }
  /** Nobody looks at this tab any more. */
  | { readonly is: "left"; readonly tab: string }
  /** For everybody, or for one tab. */
  | { readonly is: "event"; readonly to?: string; readonly event: LiveEvent }
  | { readonly is: "loginNeeded" }
  | { readonly is: "loggedIn" };

/** A way for messages to all other tabs. */
export interface Channel {
  post(message: Message): void;
  close(): void;
}
