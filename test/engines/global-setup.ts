import { sharedDockerd } from "./docker.ts";
import { sharedCluster } from "./kubernetes.ts";
import { sharedRegistry } from "./registry.ts";
import { becomeTestRun, leave } from "./shared-engine.ts";

/** Makes all test files of this run one user of the engines, which they start when they need them. */
export function setup(): void {
  becomeTestRun();
}

export async function teardown(): Promise<void> {
  await Promise.all([sharedDockerd, sharedRegistry, sharedCluster()].map((engine) => leave(engine)));
}
