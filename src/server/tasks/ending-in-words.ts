import { classify } from "../../core/classify.ts";
import type { Evidence } from "../../core/evidence.ts";
import { describeFailure } from "../../core/failure-cause.ts";
import type { RetryClass } from "../../core/retry-class.ts";

/** How an attempt ended: what happened, with limit and peak where they tell, and what to do about it. */
export function endingInWords(evidence: Evidence, retryClass: RetryClass | undefined): string {
  const verdict = classify(evidence);
  const failedAs = retryClass ?? (verdict.type === "failed" ? verdict.class : undefined);
  if (failedAs === undefined) return verdict.type === "cancelled" ? "cancelled" : "succeeded";
  const advice = whatToDo[failedAs];
  const said = describeFailure(failedAs, evidence);
  // What ran out of disk says already what to do.
  return failedAs === "disk" ? said : `${said}: ${advice}`;
}

const whatToDo: Record<RetryClass, string> = {
  user: "the task's own code failed; its log says more, and a restart runs it with the code as it is then",
  user_fatal: "the task's own code marked this as final; it is not tried again by itself",
  out_of_memory: "ask for more memory in `resources`, or let it grow with `retry.outOfMemory.upTo`",
  disk: "free some space and restart",
  timeout: "raise the step's `timeout`, or look in the log for what takes so long",
  never_started: "its code never ran; it is tried again by itself",
  disrupted: "it was ended from outside, not by its own fault; that uses up none of its retries",
  lost: "what became of it cannot be known from here; restart it when it is sure to be over",
  capacity: "there was no room for it in all the time that it had to begin; restart it when there is",
  config: "it can never start as it is described; mend the pipeline or the environment, then restart it",
  infra_transient: "a call to the platform failed; it is repeated by itself",
  engine: "a fault in Flotilla; please report it with the evidence",
};
