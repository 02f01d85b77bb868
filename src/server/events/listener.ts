import type { ServerResponse } from "node:http";

/** Somebody who listens to events, on a connection of his own. */
export interface Listener {
  /** Takes bytes, or breaks the connection off; never waits. */
  send(bytes: Buffer): void;
  /** Says that it is over, and ends. */
  end(bytes: Buffer): void;
  /** Breaks the connection off. */
  cut(): void;
}

/** With more waiting in our memory for a reader, besides what the system holds for him, he gets nothing more. */
const mostBytes = 256 * 1024;
/** A reader who takes nothing for so long has gone to sleep. */
const mostStillMs = 20_000;

/**
 * A listener over HTTP. One who reads slower than things happen is cut off, and may come back and resume: he is neither waited for
 * nor given memory.
 */
export function httpListener(
  outgoing: Pick<ServerResponse, "write" | "end" | "destroy" | "writableLength" | "destroyed">,
  now: () => number,
): Listener {
  let stillSince: number | undefined;
  const cut = (): void => void outgoing.destroy();
  return {
    send(bytes) {
      if (outgoing.destroyed) return;
      const waiting = outgoing.writableLength;
      stillSince = waiting === 0 ? undefined : (stillSince ?? now());
      const isStill = stillSince !== undefined && now() - stillSince > mostStillMs;
      if (isStill || waiting > mostBytes) cut();
      else outgoing.write(bytes);
    },
    end(bytes) {
      if (!outgoing.destroyed) outgoing.end(bytes);
    },
    cut,
  };
}
