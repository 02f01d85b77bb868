import { setTimeout as delay } from "node:timers/promises";
import { FlotillaError } from "../../../core/errors.ts";
import { attemptFolder } from "../../local/attempt-folder.ts";
import type { AttemptId } from "../../../core/ids.ts";
import type { KubeClient } from "../kube-client.ts";
import type { Pod } from "../pod.ts";
import { followPodLog } from "../follow-pod-log.ts";
import type { PodLogLine } from "../pod-log-lines.ts";
import { AttemptLog } from "./attempt-log.ts";

export interface ResourceLogsOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** The project's `.flotilla` folder. */
  readonly directory: string;
  readonly attempt: AttemptId;
}

/** Writes what the pods of a resource print into the log of its attempt, where it stays when they are gone. */
export class ResourceLogs {
  readonly #options: ResourceLogsOptions;
  readonly #log: AttemptLog;
  readonly #closing = new AbortController();
  readonly #following = new Map<string, Promise<void>>();
  readonly #pods = new Set<string>();

  constructor(options: ResourceLogsOptions) {
    this.#options = options;
    this.#log = new AttemptLog(attemptFolder(options.directory, options.attempt));
    for (const source of this.#log.sources) this.#pods.add(source.split("/")[0]!);
  }

  /** Follows each container of the pod that has begun. */
  see(pod: Pod): void {
    const { name } = pod.metadata;
    const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
    for (const { name: container, state } of [...initContainerStatuses, ...containerStatuses]) {
      const source = `${name}/${container}`;
      const hasBegun = state?.running !== undefined || state?.terminated !== undefined;
      if (!hasBegun || this.#following.has(source) || this.#log.placeOf(source).isDone) continue;
      this.#pods.add(name);
      this.#following.set(source, this.#follow(name, container));
    }
  }

  /** Resolves when all that is being followed was read to its end, at the latest after so long. */
  async drain(atMostMs: number): Promise<void> {
    await Promise.race([Promise.all(this.#following.values()), delay(atMostMs, undefined, { ref: false })]);
    this.#log.flush();
  }

  /** A word of ours, among the lines of the pods. */
  async note(what: string): Promise<void> {
    await this.#log.add(`${new Date().toISOString()} stderr F [flotilla: ${what}]`);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#following.values());
    this.#log.close();
  }

  async #follow(pod: string, container: string): Promise<void> {
    const { client, namespace } = this.#options;
    const source = `${pod}/${container}`;
    const since = this.#log.placeOf(source).position;
    const { signal } = this.#closing;
    let isWithinLine = (since?.chars ?? 0) > 0;
    try {
      for await (const line of followPodLog(client, { namespace, pod, container }, { since, signal })) {
        if ("gap" in line) await this.note(line.gap);
        else {
          await this.#write(line, isWithinLine ? "" : `${pod}: `, source);
          isWithinLine = line.partial;
        }
      }
      if (!signal.aborted) this.#log.place(source, { ...this.#log.placeOf(source), isDone: true });
    } catch (thrown) {
      if (signal.aborted) return;
      const why = thrown instanceof FlotillaError ? thrown.message : String(thrown);
      await this.note(`the log of ${source} cannot be read: ${why}`);
    }
  }

  /** With the pod in front where there are several. Before the second was seen, the first was alone. */
  async #write({ time, text, partial, position }: PodLogLine, name: string, source: string): Promise<void> {
    const alone = `${time} stdout ${partial ? "P" : "F"} ${text}`;
    const named = `${time} stdout ${partial ? "P" : "F"} ${name}${text}`;
    await this.#log.write(this.#pods.size > 1 ? named : alone, source, { position }, [alone, named]);
  }
}
