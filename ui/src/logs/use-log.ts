import { useEffect, useEffectEvent, useReducer, useRef, useState } from "react";
import type { RequestTo } from "../../../src/api/operations.ts";
import { call } from "../api/client.ts";
import { useLogGrowth } from "../api/live/use-live.ts";
import {
  append,
  endOf,
  hasMore,
  prepend,
  reachesEnd,
  reachesStart,
  startOf,
  windowOf,
  type LogPage,
  type LogWindow,
} from "./log-window.ts";

export interface LogSource {
  readonly run: string;
  readonly task: string;
  readonly attempt?: number | undefined;
  readonly stream?: "stdout" | "stderr" | undefined;
}

export interface Log {
  readonly window: LogWindow | undefined;
  readonly error: unknown;
  /** Grows by the lines that were put in front: what is looked at must not move. */
  readonly shifted: number;
  /** Counts how often another part of the log was opened: then its first line is what was asked for. */
  readonly opened: number;
  readonly following: boolean;
  readonly setFollowing: (following: boolean) => void;
  readonly toStart: () => void;
  readonly toEnd: () => void;
  /** Shows the log around this byte, the beginning of a record. */
  readonly toByte: (byte: number) => void;
  readonly more: () => void;
  readonly earlier: () => void;
}

const pageLines = 500;

interface State {
  readonly window: LogWindow | undefined;
  readonly error: unknown;
  readonly shifted: number;
  readonly opened: number;
}

type Change =
  | { readonly is: "opened" | "appended" | "prepended"; readonly page: LogPage }
  | { readonly is: "failed"; readonly error: unknown };

function reduce(state: State, change: Change): State {
  if (change.is === "failed") return { ...state, error: change.error };
  const { window } = state;
  if (change.is === "opened" || !window)
    return { window: windowOf(change.page), error: undefined, shifted: 0, opened: state.opened + 1 };
  if (change.is === "appended") {
    const next = append(window, change.page);
    // Pages that were dropped in front move what is left upwards.
    const dropped = next.pages[0] === window.pages[0] ? 0 : (window.pages[0]?.lines.length ?? 0);
    return { ...state, window: next, error: undefined, shifted: state.shifted - dropped };
  }
  const next = prepend(window, change.page);
  const shifted = state.shifted + (next === window ? 0 : change.page.lines.length);
  return { ...state, window: next, error: undefined, shifted };
}

/** A log, read in windows by byte offsets, from its end unless it has been told where. */
export function useLog(source: LogSource, startAt?: number): Log {
  const [state, dispatch] = useReducer(reduce, { window: undefined, error: undefined, shifted: 0, opened: 0 });
  const [following, setFollowing] = useState(startAt === undefined);
  const busy = useRef<AbortController>(undefined);

  async function read(
    is: "opened" | "appended" | "prepended",
    part: Partial<RequestTo<"readLogs">>,
  ): Promise<LogPage | undefined> {
    if (is === "opened") busy.current?.abort();
    else if (busy.current) return undefined;
    const mine = new AbortController();
    busy.current = mine;
    try {
      const page = await call("readLogs", { ...source, limit: pageLines, ...part }, mine.signal);
      if (!mine.signal.aborted) dispatch({ is, page });
      return page;
    } catch (error) {
      if (!mine.signal.aborted) dispatch({ is: "failed", error });
      return undefined;
    } finally {
      if (busy.current === mine) busy.current = undefined;
    }
  }

  const open = useEffectEvent(
    () => void read("opened", startAt === undefined ? { tail: pageLines } : { from: startAt }),
  );
  useEffect(() => {
    open();
    return () => busy.current?.abort();
  }, [startAt]);

  const { window } = state;
  const growth = useLogGrowth(source, window !== undefined && !window.ended);
  const isBehind = window !== undefined && following && growth !== undefined && hasMore(window, growth);
  const readOn = useEffectEvent(() => {
    if (window) void read("appended", { from: endOf(window) });
  });
  const end = window === undefined ? 0 : endOf(window);
  // Once for each growth, and again while that brings lines: the last record may not be whole yet.
  useEffect(() => {
    if (isBehind) readOn();
  }, [isBehind, growth, end]);

  return {
    ...state,
    following,
    setFollowing,
    toStart() {
      setFollowing(false);
      void read("opened", { from: 0 });
    },
    toEnd() {
      setFollowing(true);
      if (!window || !reachesEnd(window)) void read("opened", { tail: pageLines });
    },
    toByte(byte) {
      setFollowing(false);
      void read("opened", { from: byte });
    },
    more() {
      if (window && !reachesEnd(window)) void read("appended", { from: endOf(window) });
    },
    earlier() {
      if (window && !reachesStart(window)) void read("prepended", { before: startOf(window) });
    },
  };
}
