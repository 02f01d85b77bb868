import { toFlotillaError } from "../../core/errors.ts";
import type { RunId } from "../../core/ids.ts";
import { runStateFacts } from "../../core/task-state.ts";
import type { RunRow, Store } from "../../store/store.ts";
import { lacks, type Needs, readView, updateView } from "./read-view.ts";
import { bytesOf, type RunView } from "./run-view.ts";
import { ViewFiles } from "./view-files.ts";

export interface RunViewsOptions {
  readonly store: Store;
  /** Where views of ended runs are kept: `.flotilla/views`. */
  readonly folder: string;
  /** How much of them may be held in memory; the one looked at last stays whatever it takes. */
  readonly mostBytes?: number;
}

interface Entry {
  view: RunView | undefined;
  /** What is under way for it; one thing at a time. */
  busy: Promise<void> | undefined;
}

const usualBytes = 256 * 1024 * 1024;

/** The views of the runs that are looked at: read once, kept up to date, and let go of when others need the room. */
export class RunViews {
  readonly #store: Store;
  readonly #files: ViewFiles;
  readonly #mostBytes: number;
  /** The one looked at last is at the end. */
  readonly #entries = new Map<RunId, Entry>();

  constructor({ store, folder, mostBytes = usualBytes }: RunViewsOptions) {
    this.#store = store;
    this.#files = new ViewFiles(folder);
    this.#mostBytes = mostBytes;
  }

  /**
   * The view of a run, at least as new as `row`, with what is needed. It changes when somebody asks again: work with it
   * before you wait for anything else. Whoever asks meanwhile shares what is under way. Throws `RUN_NOT_FOUND`.
   */
  async of(row: RunRow, needs: Needs = {}): Promise<RunView> {
    for (;;) {
      const entry = this.#entryOf(row.id);
      if (entry.busy !== undefined) {
        await entry.busy;
        continue;
      }
      const { view } = entry;
      if (view !== undefined && view.run.version >= row.version && !lacks(view, needs)) return view;
      const bringing = this.#bring(entry, row, needs);
      entry.busy = bringing.then(() => undefined);
      // Whoever waits for it hears of a failure; there may be nobody.
      entry.busy.catch(() => undefined);
      try {
        return await bringing;
      } finally {
        entry.busy = undefined;
      }
    }
  }

  /** The bytes that all views hold, about. */
  get bytes(): number {
    let sum = 0;
    for (const { view } of this.#entries.values()) if (view !== undefined) sum += bytesOf(view);
    return sum;
  }

  /** Resolves when what is being written has been written. */
  async close(): Promise<void> {
    await this.#files.close();
  }

  #entryOf(run: RunId): Entry {
    const entry = this.#entries.get(run) ?? { view: undefined, busy: undefined };
    this.#entries.delete(run);
    this.#entries.set(run, entry);
    return entry;
  }

  async #bring(entry: Entry, row: RunRow, needs: Needs): Promise<RunView> {
    try {
      let isNew = false;
      let view = entry.view ?? (await this.#files.read(this.#store, row));
      if (view === undefined) {
        isNew = true;
        view = await readView(this.#store, row);
      }
      if (view.run.version < row.version || lacks(view, needs)) {
        isNew = true;
        await updateView(this.#store, view, needs);
      }
      entry.view = view;
      if (isNew && runStateFacts[view.run.state].ended) this.#files.write(view);
      this.#letGo();
      return view;
    } catch (error) {
      // A change is taken in whole or not at all: what there was is as good as before, unless the run is gone.
      if (entry.view === undefined || toFlotillaError(error).code === "RUN_NOT_FOUND") this.#entries.delete(row.id);
      throw error;
    }
  }

  #letGo(): void {
    let bytes = this.bytes;
    for (const [run, { view, busy }] of this.#entries) {
      if (bytes <= this.#mostBytes || this.#entries.size === 1) return;
      if (view === undefined || busy !== undefined) continue;
      this.#entries.delete(run);
      bytes -= bytesOf(view);
    }
  }
}
