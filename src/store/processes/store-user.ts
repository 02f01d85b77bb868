import { createInterface } from "node:readline";
import { FlotillaError } from "../../core/errors.ts";
import { commitFor, ownRun, taskRow } from "../contract/fixtures.ts";
import { openStore } from "../open-store.ts";
import type { Store } from "../store.ts";

/** A process for tests that uses the store of a folder, and does what its standard input says; see `store-process.ts`. */
async function main(directory: string): Promise<void> {
  const store = await openStore({ directory });
  say({ type: "open" });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "write") void write(store);
    if (line === "exit") process.exit(0);
    if (line === "close") {
      await store.close();
      say({ type: "closed" });
      return process.stdin.destroy() as unknown as void;
    }
  }
}

/** One task after the other, each said once its commit is acknowledged. */
async function write(store: Store): Promise<void> {
  const claim = await ownRun(store);
  say({ type: "writing", run: claim.run.id });
  for (let version = 0; ; version++) {
    await store.commit(commitFor(claim, { version, tasks: [taskRow({ task: version })] }));
    say({ type: "wrote", task: version });
  }
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

main(process.argv[2]!).catch((error: unknown) => {
  say({ type: "failed", code: error instanceof FlotillaError ? error.code : String(error) });
  process.exitCode = 1;
});
