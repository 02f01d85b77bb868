const underWay = new Map<string, Promise<unknown>>();

/** One piece of work of a name after the other, in this process: who comes later finds done what he came for. */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = underWay.get(name) ?? Promise.resolve();
  const doing = before.then(work, work);
  underWay.set(name, doing);
  try {
    return await doing;
  } finally {
    if (underWay.get(name) === doing) underWay.delete(name);
  }
}
