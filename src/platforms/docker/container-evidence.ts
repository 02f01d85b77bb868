import type { Evidence } from "../../core/evidence.ts";
import { defined } from "../../core/defined.ts";
import { isForAnotherMachine } from "../image-pull.ts";
import type { Container } from "./containers.ts";

/** With this a runner ends to which its secrets did not come. */
const notGiven = 75;

/** What is known of the end of an attempt beside its records. */
export interface EndContext {
  /** As it stood at its end; undefined: it is not there any more. */
  readonly container: Container | undefined;
  readonly image: string;
  /** The same by digest; undefined where the container is gone. */
  readonly pinnedImage: string | undefined;
  readonly host: string;
  readonly limitBytes: number | undefined;
  readonly cancelled: "cancel" | "timeout" | undefined;
  /** Its supervisor had claimed it. */
  readonly wasClaimed: boolean;
  /** What the container itself printed: what keeps a supervisor from beginning. */
  readonly lastWords: string;
}

/**
 * What Docker saw, added to what the supervisor wrote. Its flag speaks of any process in the container: where a child was killed
 * for want of memory, and the task gave up with an exit code of its own, nothing else tells.
 */
export function withContainer(evidence: Evidence, { container, limitBytes, pinnedImage }: EndContext): Evidence {
  const seen = { ...evidence, ...defined({ image: pinnedImage }) };
  if (evidence.completed || evidence.outOfMemory !== undefined || container?.outOfMemory !== true) return seen;
  return { ...seen, outOfMemory: outOfMemory(limitBytes) };
}

/** Of one whose supervisor wrote no last record: it was killed with its container, or never came to begin. */
export function wordlessEvidence(context: EndContext): Evidence {
  const { container, image, pinnedImage, host, limitBytes, cancelled, wasClaimed, lastWords } = context;
  const known = { completed: false, host, ...defined({ image: pinnedImage }) };
  if (cancelled !== undefined) return { ...known, endedByUs: cancelled, signal: "SIGKILL" };
  if (container === undefined)
    return wasClaimed
      ? { ...known, gone: "its container was removed by somebody" }
      : { ...known, neverStarted: "its container was removed before it began" };
  if (container.outOfMemory) return { ...known, outOfMemory: outOfMemory(limitBytes) };
  if (!wasClaimed && container.exitCode === notGiven)
    return { ...known, neverStarted: "the engine went away before it had given it its secrets" };
  if (wasClaimed) return { ...known, gone: endOf(container) };
  const said = lastWords === "" ? "" : `: ${lastWords.slice(-2000)}`;
  const message = isForAnotherMachine(lastWords)
    ? `the image ${image} is made for another kind of processor than that of ${host}${said}`
    : `the image ${image} does not run the Flotilla runner, which needs Python 3.9 or newer (exit code ${container.exitCode})${said}`;
  return { ...known, config: { code: "TASK_CONFIG", message } };
}

/** An engine that finds a container dead of which it did not see the end gives it 255. */
function endOf({ exitCode }: Container): string {
  return exitCode === 255
    ? "its Docker engine went away while it ran, and its end was not seen (exit code 255)"
    : `its container was ended by somebody (exit code ${exitCode})`;
}

function outOfMemory(limitBytes: number | undefined): NonNullable<Evidence["outOfMemory"]> {
  return { seenBy: "cgroup", ...(limitBytes === undefined ? {} : { limitBytes }) };
}
