import type { AttemptId } from "../../core/ids.ts";
import type { BackgroundWork } from "../background-work.ts";
import { endOfProgram } from "../exit-code.ts";
import { FollowedLog } from "../followed-log/followed-log.ts";
import { attemptFolder } from "../local/attempt-folder.ts";
import type { KubeClient } from "./kube-client.ts";
import type { Pod } from "./pod.ts";
import { timeOf, taskStatus } from "./pod-evidence.ts";
import { podLog } from "./pod-log.ts";
import type { PodTasks } from "./pod-tasks.ts";

/**
 * What there is to do for the pods of container steps while they run, since nothing in the task's container speaks to us: its log is
 * followed, and what carries its outputs is told when it has ended.
 */
export class CarriedAttempts {
  readonly #client: KubeClient;
  readonly #directory: string;
  readonly #taskApi: Pick<PodTasks, "containerEnded">;
  readonly #background: BackgroundWork;
  readonly #logs = new Map<AttemptId, FollowedLog>();

  constructor(
    client: KubeClient,
    { directory, taskApi }: { readonly directory: string; readonly taskApi: Pick<PodTasks, "containerEnded"> },
    background: BackgroundWork,
  ) {
    this.#client = client;
    this.#directory = directory;
    this.#taskApi = taskApi;
    this.#background = background;
  }

  see(id: AttemptId, pod: Pod): void {
    const { running, terminated } = taskStatus(pod)?.state ?? {};
    if (running !== undefined) this.#background.add(this.#logOf(id, pod).follow());
    // One that ends while its pod is being ended may have been asked to; how it ended is read off the pod.
    if (terminated === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const [startedAt, endedAt] = [timeOf(terminated.startedAt), timeOf(terminated.finishedAt)];
    this.#taskApi.containerEnded(id, {
      ...endOfProgram(terminated.exitCode),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
    });
  }

  /** Resolves when all that it printed is in its log. With the pod goes the only other copy. */
  async finish(id: AttemptId, pod: Pod): Promise<void> {
    if (timeOf(taskStatus(pod)?.state?.terminated?.startedAt) !== undefined) await this.#logOf(id, pod).finish();
  }

  /** Its pod is gone, and what had not come by then. */
  letGo(id: AttemptId): void {
    const log = this.#logs.get(id);
    this.#logs.delete(id);
    if (log !== undefined) this.#background.add(log.finish());
  }

  close(): void {
    for (const log of this.#logs.values()) log.close();
  }

  #logOf(id: AttemptId, { metadata: { name, namespace = this.#client.access.namespace } }: Pod): FollowedLog {
    const known = this.#logs.get(id);
    if (known !== undefined) return known;
    const log = new FollowedLog(attemptFolder(this.#directory, id).log, podLog(this.#client, namespace, name));
    this.#logs.set(id, log);
    return log;
  }
}
