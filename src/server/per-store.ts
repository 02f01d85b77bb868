import type { Store } from "../store/store.ts";

/** Something that is remembered about a store for as long as it is open: one for each store, made when it is first asked for. */
export function perStore<T>(make: (store: Store) => T): (store: Store) => T {
  const made = new WeakMap<Store, T>();
  return (store) => {
    const known = made.get(store) ?? make(store);
    made.set(store, known);
    return known;
  };
}
