import { ratiosToPool } from "./against-pool.ts";
import type { BenchOptions, Measured } from "./figures.ts";

const module = `
import time

def sleep(n):
    time.sleep(0.05)
    return n

def busy(n):
    """Computes for 50 ms of its own processor time, however long that takes on a full machine."""
    end = time.process_time() + 0.05
    while time.process_time() < end:
        n += 1
    return n
`;

/**
 * Python tasks of 50 ms on two slots, each in a process of its own, every state change durable. `ratio` is of tasks that
 * wait, which leaves the processors to us; `busyRatio` of tasks that compute, where all that we do takes from them.
 */
export default async function pythonFleet({ small }: BenchOptions): Promise<Measured> {
  const size = { module, python: "python3", tasks: small ? 200 : 1000, rounds: small ? 1 : 3 };
  const { ratio } = await ratiosToPool({ ...size, function: "sleep" });
  const { ratio: busyRatio, bareForkRatio: busyBareForkRatio } = await ratiosToPool({ ...size, function: "busy" });
  return { figures: { ratio, busyRatio, busyBareForkRatio }, holds: ratio <= 1.06 };
}
