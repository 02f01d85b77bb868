#!/usr/bin/env node
import { runProgram } from "./run-program.ts";

process.exitCode = await runProgram(process.argv);
// Into a pipe Node.js writes later; to exit before would cut off what a slow reader has not taken yet.
await Promise.all([process.stdout, process.stderr].map(flushed));
// What is left by now (a connection in its last second) is nothing to wait for.
process.exit();

/** An error, as of a reader that has gone, is no reason to stay. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
