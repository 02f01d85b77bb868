import { setTimeout as pause } from "node:timers/promises";
import type { AttemptId } from "../../core/ids.ts";
import { containerName } from "./container-spec.ts";
import { type Containers, refused } from "./containers.ts";
import type { EngineApi } from "./engine-api.ts";
import { linesOfStdout } from "./log-frames.ts";
import { type Piece, parsePiece, type RelayedFiles } from "./relayed-files.ts";

export interface Relay {
  readonly id: AttemptId;
  readonly files: RelayedFiles;
  /** Takes the missing part of a file from the container itself. */
  readonly fill: (name: Piece["name"]) => Promise<void>;
  readonly onPiece: (name: Piece["name"]) => void;
}

export interface RelayOptions {
  readonly api: EngineApi;
  readonly containers: Containers;
  /** Between two attempts to reach an engine that is away. */
  readonly againMs: number;
  readonly signal: AbortSignal;
}

/** Keeps our copies up to date, over broken connections and an engine that is away, until the container does not run (any more). */
export async function followRelay(relay: Relay, { api, containers, againMs, signal }: RelayOptions): Promise<void> {
  while (!signal.aborted) {
    try {
      await followOnce(relay, api, signal);
      // Docker ends the stream with the container, and with itself.
      if ((await containers.find(relay.id))?.status !== "running") return;
    } catch {
      // Away, or the connection broke.
    }
    await pause(againMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function followOnce(relay: Relay, api: EngineApi, signal: AbortSignal): Promise<void> {
  const since = (await relay.files.toldUntil()).toFixed(6);
  const path = `/containers/${containerName(relay.id)}/logs?follow=1&stdout=1&since=${since}`;
  const { status, content, close } = await api.stream(path, signal);
  try {
    if (status === 404) return;
    if (status !== 200) throw refused({ status, body: "its log cannot be read" });
    for await (const line of linesOfStdout(content)) {
      const piece = parsePiece(line);
      if (piece !== undefined) await take(relay, piece);
    }
  } finally {
    close();
  }
}

/** What Docker has thrown away meanwhile, its own log being bounded, is in the container still. */
async function take({ files, fill, onPiece }: Relay, piece: Piece): Promise<void> {
  if (!files.take(piece)) {
    await fill(piece.name);
    files.take(piece);
  }
  onPiece(piece.name);
}
