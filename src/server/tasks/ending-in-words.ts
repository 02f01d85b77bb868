import { classify } from "../../core/classify.ts";
import type { Evidence } from "../../core/evidence.ts";
import { describeFailure } from "../../core/failure-cause.ts";
import type { RetryClass } from "../../core/retry-class.ts";

/**
 * How an attempt ended: what happened, with limit and peak where they tell, and what to do about it.
 * @param node where it ran, if that was a node of a cluster
 */
export function endingInWords(evidence: Evidence, retryClass: RetryClass | undefined, node?: string): string {
  const verdict = classify(evidence);
  const failedAs = retryClass ?? (verdict.type === "failed" ? verdict.class : undefined);
  if (failedAs === undefined) return verdict.type === "cancelled" ? "cancelled" : "succeeded";
  const said = describeFailure(failedAs, evidence).replace(/[.\s]+$/, "");
  const where = node === undefined || said.includes(node) ? "" : ` (on node ${node})`;
  // What ran out of disk says already what to do.
  return failedAs === "disk" ? said + where : `${said}${where}: ${whatToDo[failedAs]}`;
}

const whatToDo: Record<RetryClass, string> = {
  user: "the task's own code failed; its log says more, and a restart runs it with the code as it is then",
  user_fatal: "the task's own code marked this as final; it is not tried again by itself",
  out_of_memory: "ask for more memory in `resources`, or let it grow with `retry.outOfMemory.upTo`",
  disk: "free some space and restart",
  timeout: "raise the step's `timeout`, or look in the log for what takes so long",
  never_started: "its code never ran; it is tried again by itself",
  disrupted: "not its own fault; it is begun anew by itself, which uses up none of its retries",
  lost: "what became of it cannot be known from here; restart it when it is sure to be over",
  capacity: "that is what it waited for when its time to begin was up; restart it when that has changed",
  config: "it can never start as it is described; mend the pipeline or the environment, then restart it",
  infra_transient: "a call to the platform failed; it is repeated by itself",
  engine: "a fault in Flotilla; please report it with the evidence",
};
