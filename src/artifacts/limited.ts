/** Calls `work` for each item, at most `limit` at a time. The first failure ends it and is thrown once all have stopped. */
export async function eachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const remaining = items[Symbol.iterator]();
  let failure: { readonly thrown: unknown } | undefined;
  const takeNext = async (): Promise<void> => {
    for (const item of remaining) {
      if (failure) return;
      try {
        await work(item);
      } catch (thrown) {
        failure ??= { thrown };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, takeNext));
  if (failure) throw failure.thrown;
}

/** Lets other work run; for loops over many tiny synchronous calls. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
