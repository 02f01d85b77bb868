import { useEffect, useRef, useState } from "react";

/** The value, changing at most once in so many milliseconds, and not while nobody looks. */
export function useThrottled<T>(value: T, leastMs: number): T {
  const [shown, setShown] = useState(value);
  const lastAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (Object.is(value, shown)) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      clearTimeout(timer);
      if (document.visibilityState === "hidden") return;
      timer = setTimeout(
        () => {
          lastAt.current = performance.now();
          setShown(value);
        },
        Math.max(0, lastAt.current + leastMs - performance.now()),
      );
    };
    show();
    document.addEventListener("visibilitychange", show);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", show);
    };
  }, [value, shown, leastMs]);
  return shown;
}
