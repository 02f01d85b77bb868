import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { TaskState } from "../../core/task-state.ts";
import type { Observation } from "../http/observe.ts";

/** Where a task ended or an attempt began: as fine as labels get. Runs and tasks are without number, and no label. */
export interface Spot {
  readonly pipeline: string;
  readonly step: string;
}

/** What is read when somebody asks for the measurements. */
export interface Snapshot {
  readonly tasks: readonly { readonly pipeline: string; readonly state: TaskState; readonly count: number }[];
  /** Ready tasks that wait for room, by what they wait for. */
  readonly waiting: readonly { readonly reason: string; readonly count: number }[];
  readonly listeners: number;
}

const shortBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const longBuckets = [0.01, 0.1, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];
/** Steps beyond this share one pair of labels: a scraper keeps every series for good. */
const mostSpots = 500;

/** The measurements of one process, as Prometheus reads them. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #spots = new Set<string>();
  readonly #labels = ["pipeline", "step"] as const;
  readonly #tasks = this.#gauge("flotilla_tasks", "tasks of runs that have not ended, by state", ["pipeline", "state"]);
  readonly #waiting = this.#gauge("flotilla_ready_waiting", "ready tasks without room, by what they wait for", [
    "reason",
  ]);
  readonly #listeners = this.#gauge("flotilla_event_listeners", "open event streams", []);
  readonly #ended = new Counter({
    name: "flotilla_tasks_settled_total",
    help: "tasks that this process saw settled, by state",
    labelNames: [...this.#labels, "state"],
    registers: [this.#registry],
  });
  readonly #startDelay = this.#histogram(
    "flotilla_start_delay_seconds",
    "from ready to running",
    shortBuckets,
    this.#labels,
  );
  readonly #attempts = this.#histogram("flotilla_attempt_seconds", "from running to ended", longBuckets, this.#labels);
  readonly #commits = this.#histogram("flotilla_engine_commit_seconds", "one commit of the engine", shortBuckets, []);
  readonly #store = this.#histogram("flotilla_store_seconds", "one call of the store", shortBuckets, ["call"]);
  readonly #storeFaults = new Counter({
    name: "flotilla_store_failures_total",
    help: "calls of the store that failed",
    labelNames: ["call"],
    registers: [this.#registry],
  });
  readonly #http = this.#histogram("flotilla_http_seconds", "one request", shortBuckets, ["operation", "status"]);

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  request({ operation, status, ms }: Observation): void {
    // A stream of events lasts as long as its reader likes.
    if (operation !== "events")
      this.#http.observe({ operation: operation ?? "other", status: String(status) }, ms / 1000);
  }

  storeCall(call: string, seconds: number, failed: boolean): void {
    this.#store.observe({ call }, seconds);
    if (call === "commit") this.#commits.observe(seconds);
    if (failed) this.#storeFaults.inc({ call });
  }

  started(spot: Spot, delaySeconds: number): void {
    this.#startDelay.observe(this.#bounded(spot), Math.max(0, delaySeconds));
  }

  attemptEnded(spot: Spot, seconds: number): void {
    this.#attempts.observe(this.#bounded(spot), Math.max(0, seconds));
  }

  settled(spot: Spot, state: TaskState): void {
    this.#ended.inc({ ...this.#bounded(spot), state });
  }

  /** The text that is scraped. */
  async text({ tasks, waiting, listeners }: Snapshot): Promise<string> {
    this.#tasks.reset();
    this.#waiting.reset();
    for (const { pipeline, state, count } of tasks) this.#tasks.inc({ pipeline, state }, count);
    for (const { reason, count } of waiting) this.#waiting.inc({ reason }, count);
    this.#listeners.set(listeners);
    return this.#registry.metrics();
  }

  #bounded({ pipeline, step }: Spot): { pipeline: string; step: string } {
    const key = `${pipeline}\n${step}`;
    if (!this.#spots.has(key) && this.#spots.size >= mostSpots) return { pipeline: "other", step: "other" };
    this.#spots.add(key);
    return { pipeline, step };
  }

  #gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram(name: string, help: string, buckets: number[], labelNames: readonly string[]): Histogram {
    return new Histogram({ name, help, buckets, labelNames: [...labelNames], registers: [this.#registry] });
  }
}
