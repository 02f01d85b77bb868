/**
 * Why an attempt did not succeed, as far as what happens next depends on it.
 *
 *     user             the program said no                                  counts against the user's retries
 *     user_fatal       the program marked it as final                       no retry
 *     out_of_memory    a memory limit was hit, with evidence                own budget, memory raised
 *     disk             no space left for what it wrote                      own budget
 *     timeout          the task's own limit                                 counts against the user's retries
 *     never_started    user code never ran                                  own budget
 *     disrupted        killed from outside, machine lost                    own budget
 *     lost             the truth is out of reach                            waits for proof
 *     capacity         no room; not an attempt                              waits
 *     config           can never start as it is described                   no retry
 *     infra_transient  a call failed; not an attempt                        the call is repeated
 *     engine           a fault of ours                                      the run is quarantined after three
 */
export const retryClasses = [
  "user",
  "user_fatal",
  "out_of_memory",
  "disk",
  "timeout",
  "never_started",
  "disrupted",
  "lost",
  "capacity",
  "config",
  "infra_transient",
  "engine",
] as const;
export type RetryClass = (typeof retryClasses)[number];
