import { createHash } from "node:crypto";
import { join } from "node:path";
import { errnoOf } from "../../artifacts/disk-errors.ts";
import { startWarmParent } from "./warm-parent.ts";
import type { ParentEnd, ParentKind, StartedMessage, WarmParent } from "./warm-parent.ts";

export interface HandedOver {
  readonly id: string;
  readonly folder: string;
}

export interface ParentsListener {
  readonly started: (message: StartedMessage) => void;
  readonly ended: (id: string, next: string | undefined) => void;
  readonly refused: (id: string, reason: string) => void;
  /** Parents of this kind cannot be had: the interpreter is missing or does not run our runner. Nothing was started. */
  readonly hopeless: (ids: readonly string[], why: { readonly config: boolean; readonly message: string }) => void;
}

export interface WarmParentsOptions {
  readonly runner: string;
  readonly flotilla: string;
  /** A parent that started nothing for this long is ended. */
  readonly idleMs?: number;
  readonly maxAlive?: number;
  /** Waits before the first, second … restart of a parent that died without having started anything. */
  readonly backoffMs?: readonly number[];
}

/** One kind of parent over its deaths and restarts. */
interface Line {
  readonly kind: ParentKind;
  parent: WarmParent | undefined;
  wasReady: boolean;
  /** Deaths in a row since something was last started. */
  deaths: number;
  restart: NodeJS.Timeout | undefined;
  /** Handed over and not yet heard of. */
  readonly waiting: Map<string, HandedOver>;
  usedAt: number;
}

/**
 * The warm parents of this process, one per kind, started at first use. What a parent had taken and not started when
 * it died is handed to the next; `claim` in the attempt's folder keeps it from running twice.
 */
export class WarmParents {
  readonly #lines = new Map<string, Line>();
  readonly #all = new Set<WarmParent>();
  readonly #options: Required<WarmParentsOptions>;
  readonly #listener: ParentsListener;
  readonly #sweep: NodeJS.Timeout;

  constructor(options: WarmParentsOptions, listener: ParentsListener) {
    this.#options = { idleMs: 5 * 60_000, maxAlive: 6, backoffMs: [0, 200, 1000], ...options };
    this.#listener = listener;
    this.#sweep = setInterval(() => this.#endIdle(), Math.min(this.#options.idleMs, 30_000)).unref();
  }

  handOver(kind: ParentKind, attempt: HandedOver): void {
    const line = this.#lineOf(kind);
    line.waiting.set(attempt.id, attempt);
    line.usedAt = Date.now();
    if (line.parent) line.parent.start(attempt.folder);
    else if (!line.restart) this.#startParent(line);
  }

  /** An attempt that will not be started any more need not be handed to another parent. */
  forget(id: string): void {
    for (const line of this.#lines.values()) line.waiting.delete(id);
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const line of this.#lines.values()) clearTimeout(line.restart);
    for (const parent of this.#all) parent.letGo();
    this.#lines.clear();
    this.#all.clear();
  }

  #lineOf(kind: ParentKind): Line {
    const key = `${kind.threads} ${kind.code} ${kind.python}`;
    let line = this.#lines.get(key);
    if (!line) {
      line = { kind, parent: undefined, wasReady: false, deaths: 0, restart: undefined, waiting: new Map(), usedAt: 0 };
      this.#lines.set(key, line);
    }
    return line;
  }

  #startParent(line: Line): void {
    this.#makeRoom();
    const { runner, flotilla } = this.#options;
    const name = createHash("sha256").update(JSON.stringify(line.kind)).digest("hex").slice(0, 16);
    const paths = { runner, output: join(flotilla, "parents", `${name}.log`) };
    line.restart = undefined;
    line.wasReady = false;
    const heardOf = (id: string): void => {
      line.waiting.delete(id);
      line.deaths = 0;
    };
    const parent: WarmParent = startWarmParent(line.kind, paths, {
      ready: () => (line.wasReady = true),
      started: (message) => {
        heardOf(message.id);
        this.#listener.started(message);
      },
      ended: (id, next) => {
        heardOf(id);
        this.#listener.ended(id, next);
      },
      refused: (id, reason) => {
        line.waiting.delete(id);
        this.#listener.refused(id, reason);
      },
      over: (how) => {
        if (line.parent === parent) this.#mourn(line, how);
      },
      silent: () => this.#all.delete(parent),
    });
    line.parent = parent;
    this.#all.add(parent);
    for (const { folder } of line.waiting.values()) parent.start(folder);
  }

  #mourn(line: Line, how: ParentEnd): void {
    line.parent = undefined;
    if (line.waiting.size === 0) return;
    const backoff = this.#options.backoffMs[line.deaths++];
    if (!isFinal(how) && backoff !== undefined) {
      line.restart = setTimeout(() => this.#tryAgain(line), backoff);
      return;
    }
    const ids = [...line.waiting.keys()];
    line.waiting.clear();
    line.deaths = 0;
    const config = isFinal(how) || (how.errno === undefined && !line.wasReady);
    this.#listener.hopeless(ids, { config, message: hopelessMessage(line.kind, how) });
  }

  #tryAgain(line: Line): void {
    try {
      this.#startParent(line);
    } catch (thrown) {
      // Its output file could not be opened: a full disk, for one.
      this.#mourn(line, { errno: errnoOf(thrown) ?? "unknown", printed: "", exit: String(thrown) });
    }
  }

  #endIdle(): void {
    const before = Date.now() - this.#options.idleMs;
    for (const line of this.#lines.values()) if (line.usedAt <= before) this.#endParent(line);
  }

  /** The longest unused goes first; one that still owes a start is not ended, even beyond the limit. */
  #makeRoom(): void {
    const alive = [...this.#lines.values()].filter((line) => line.parent).toSorted((a, b) => a.usedAt - b.usedAt);
    let surplus = alive.length + 1 - this.#options.maxAlive;
    for (const line of alive) if (surplus > 0 && this.#endParent(line)) surplus--;
  }

  #endParent(line: Line): boolean {
    if (!line.parent || line.waiting.size > 0) return false;
    line.parent.end();
    line.parent = undefined;
    return true;
  }
}

/** The interpreter itself is not there or no program; any other failure to make a process may pass. */
function isFinal({ errno }: ParentEnd): boolean {
  return (
    errno !== undefined && ["ENOENT", "EACCES", "ENOEXEC", "ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG"].includes(errno)
  );
}

function hopelessMessage(kind: ParentKind, how: ParentEnd): string {
  if (how.errno === "ENOENT")
    return `there is no Python interpreter ${kind.python}; install it, or name another one in the step`;
  if (how.errno !== undefined) return `the Python interpreter ${kind.python} cannot be executed (${how.errno})`;
  const printed = how.printed === "" ? "it printed nothing" : `it printed:\n${how.printed}`;
  return `the Python interpreter ${kind.python} does not run the Flotilla runner (${how.exit}); ${printed}`;
}
