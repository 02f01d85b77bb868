export interface RefresherParts {
  /** Reads again what is shown of a key; resolves when it is there. */
  readonly refetch: (key: readonly unknown[]) => Promise<unknown>;
  readonly isHidden: () => boolean;
  readonly now: () => number;
  readonly later: (work: () => void, ms: number) => void;
}

export interface Refresher {
  /** What is shown of this key is out of date. */
  mark(key: readonly unknown[]): void;
  /** The page is seen again: catches up with what was marked meanwhile. */
  wake(): void;
}

const leastBetweenMs = 334;

/**
 * Reads views again when they are out of date: at most three times a second each, never a second time while the first is
 * under way (a slow server is not asked faster than it answers), and not at all while nobody looks.
 */
export function createRefresher({ refetch, isHidden, now, later }: RefresherParts): Refresher {
  const dirty = new Map<string, readonly unknown[]>();
  const busy = new Set<string>();
  const lastAt = new Map<string, number>();

  function tryNow(id: string): void {
    const key = dirty.get(id);
    if (key === undefined || busy.has(id) || isHidden()) return;
    const wait = (lastAt.get(id) ?? Number.NEGATIVE_INFINITY) + leastBetweenMs - now();
    busy.add(id);
    if (wait > 0) later(() => void run(id), wait);
    else void run(id);
  }

  async function run(id: string): Promise<void> {
    const key = dirty.get(id);
    try {
      if (key === undefined || isHidden()) return;
      dirty.delete(id);
      lastAt.set(id, now());
      await refetch(key).catch(() => undefined);
    } finally {
      busy.delete(id);
      tryNow(id);
      if (!dirty.has(id)) forget(id);
    }
  }

  function forget(id: string): void {
    later(() => {
      const at = lastAt.get(id);
      if (at !== undefined && now() - at >= leastBetweenMs && !dirty.has(id) && !busy.has(id)) lastAt.delete(id);
    }, leastBetweenMs);
  }

  return {
    mark(key) {
      const id = JSON.stringify(key);
      dirty.set(id, key);
      tryNow(id);
    },
    wake() {
      for (const id of dirty.keys()) tryNow(id);
    },
  };
}
