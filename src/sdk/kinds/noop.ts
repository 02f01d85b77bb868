export interface NoopWork {
  readonly kind: "noop";
}

/** Does nothing, and succeeds: for tests, benchmarks, and joins of `after`. */
export function noop(): NoopWork {
  return Object.freeze({ kind: "noop" });
}
