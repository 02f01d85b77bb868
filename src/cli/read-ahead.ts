/** Begins the work on some items before their turn has come, and answers with what becomes of each in order. */
export async function* readAhead<T, R>(
  items: AsyncIterable<T>,
  most: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<readonly [T, R]> {
  const begun: { readonly item: T; readonly doing: Promise<R> }[] = [];
  for await (const item of items) {
    const doing = work(item);
    // It is waited for when its turn has come.
    doing.catch(() => undefined);
    begun.push({ item, doing });
    if (begun.length >= most) yield* first(begun);
  }
  while (begun.length > 0) yield* first(begun);
}

async function* first<T, R>(
  begun: { readonly item: T; readonly doing: Promise<R> }[],
): AsyncGenerator<readonly [T, R]> {
  const { item, doing } = begun.shift()!;
  yield [item, await doing];
}
