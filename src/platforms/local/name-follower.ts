import { renameSync, writeFileSync } from "node:fs";
import type { LiveAttempt } from "./live-attempt.ts";
import { signalProcess } from "./processes.ts";

/**
 * Tells the supervisor of a running attempt which one takes its place, so that it has a process ready by then. Where this
 * comes too late or is lost, nothing is: the end of the attempt is told without the follower, which is then handed over.
 */
export function nameFollower(leader: LiveAttempt, follower: LiveAttempt): void {
  const { next } = leader.folder;
  writeFileSync(`${next}.new`, follower.folder.root);
  renameSync(`${next}.new`, next);
  if (leader.state === "running" && leader.supervisor) signalProcess(leader.supervisor, "SIGUSR1");
}
