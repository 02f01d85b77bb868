import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { EngineId } from "../core/ids.ts";
import { identityText, isAlive, ownIdentity, parseIdentity } from "../store/process-identity.ts";
import type { RunRow } from "../store/store.ts";

/** The id of an engine in this process: machine, process and a mark of its own, so that others can tell whether it lives. */
export function makeEngineId(): EngineId {
  return `${hostname()}/${identityText(ownIdentity())}/${randomUUID().slice(0, 8)}` as EngineId;
}

/** Whether an engine is known to have ended: it ran on this machine, and its process is not there any more. */
export function isGone(engine: EngineId): boolean {
  const [host, process] = engine.split("/");
  const identity = host === hostname() && process !== undefined ? parseIdentity(process) : undefined;
  return identity !== undefined && !isAlive(identity);
}

/** Whether an engine that lives, as far as can be known, drives the run. */
export function isDriven({ leased, owner }: RunRow): boolean {
  return leased && owner !== undefined && !isGone(owner);
}
