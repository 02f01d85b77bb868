import { describe, expect, it } from "vitest";
import type { ResourceWork } from "../../../core/resource-work.ts";
import { type ResourceVerdict, resourceVerdict } from "./resource-verdict.ts";

type Rules = Pick<ResourceWork, "succeeded" | "failed">;

const job: Rules = {
  succeeded: [{ condition: "Complete", is: "True" }],
  failed: [{ condition: "Failed", is: "True" }],
};
const state = ["status", "applicationState", "state"];
const message = ["status", "applicationState", "errorMessage"];
const spark: Rules = {
  succeeded: [{ path: state, equals: "COMPLETED" }],
  failed: [
    { path: state, equals: "FAILED", message },
    { path: state, equals: "SUBMISSION_FAILED", message },
  ],
};
const ray: Rules = {
  succeeded: [{ path: ["status", "jobStatus"], equals: "SUCCEEDED" }],
  failed: [
    { path: ["status", "jobStatus"], equals: "FAILED", message: ["status", "message"] },
    { path: ["status", "jobDeploymentStatus"], equals: "Failed", message: ["status", "message"] },
  ],
};
const own: Rules = {
  succeeded: [{ path: ["status", "phases", 0, "done"], equals: true }],
  failed: [{ path: ["status", "retries"], equals: 3 }],
};

const conditions = (...list: readonly object[]): object => ({ conditions: list });
const complete = {
  type: "Complete",
  status: "True",
  reason: "JobsCompleted",
  message: "jobset completed successfully",
};
const failed = { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "reached the backoff limit" };
const succeeds: ResourceVerdict = { type: "succeeded" };
const fails = (reason: string, said: string): ResourceVerdict => ({ type: "failed", reason, message: said });

describe("what an object tells of its end", () => {
  it.each<[string, Rules, unknown, ResourceVerdict | undefined]>([
    ["a Job without a status", job, undefined, undefined],
    ["a Job that runs", job, { active: 1 }, undefined],
    ["a Job that is suspended", job, conditions({ type: "Suspended", status: "True" }), undefined],
    ["a Job that was complete and is not", job, conditions({ ...complete, status: "False" }), undefined],
    ["a Job that is complete", job, conditions({ type: "SuccessCriteriaMet", status: "True" }, complete), succeeds],
    ["a Job that failed", job, conditions(failed), fails("BackoffLimitExceeded", "reached the backoff limit")],
    ["both at once", job, conditions(complete, failed), fails("BackoffLimitExceeded", "reached the backoff limit")],
    [
      "without a word",
      job,
      conditions({ type: "Failed", status: "True" }),
      fails("Failed", "its controller does not say why"),
    ],
    ["conditions that are no list", job, { conditions: { Complete: "True" } }, undefined],
    ["conditions that are no objects", job, conditions("Complete" as unknown as object), undefined],
    ["a SparkApplication that runs", spark, { applicationState: { state: "RUNNING" } }, undefined],
    ["one that completed", spark, { applicationState: { state: "COMPLETED" } }, succeeds],
    [
      "one that failed",
      spark,
      { applicationState: { state: "FAILED", errorMessage: "driver container failed with ExitCode: 1" } },
      fails("FAILED", "driver container failed with ExitCode: 1"),
    ],
    [
      "one that could not be submitted, without a word",
      spark,
      { applicationState: { state: "SUBMISSION_FAILED" } },
      fails("SUBMISSION_FAILED", "its status.applicationState.state is SUBMISSION_FAILED"),
    ],
    ["a RayJob that starts", ray, { jobDeploymentStatus: "Initializing" }, undefined],
    ["one that succeeded", ray, { jobStatus: "SUCCEEDED", jobDeploymentStatus: "Complete" }, succeeds],
    [
      "one that failed by its second sign",
      ray,
      { jobStatus: "RUNNING", jobDeploymentStatus: "Failed", message: "cluster lost" },
      fails("Failed", "cluster lost"),
    ],
    [
      "a TrainJob, by the conditions that a Job has",
      job,
      conditions({ type: "Created", status: "True" }, complete),
      succeeds,
    ],
    ["a value within a list", own, { phases: [{ done: true }] }, succeeds],
    ["a number where a text would read alike", own, { retries: "3" }, undefined],
    ["a number", own, { retries: 3 }, fails("3", "its status.retries is 3")],
    ["a path through what is no object", own, "COMPLETED", undefined],
    ["a member that every object has", { ...own, succeeded: [{ path: ["constructor"], equals: true }] }, {}, undefined],
  ])("%s", (_title, rules, status, verdict) => {
    expect(resourceVerdict({ metadata: { name: "a" }, status }, rules)).toEqual(verdict);
  });
});
