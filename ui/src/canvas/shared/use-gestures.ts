import { useCallback, useLayoutEffect, useRef } from "react";
import { attachGestures, type GestureHandlers } from "./gestures.ts";

/** A ref for the element whose gestures are wanted; handlers may be new at each render. */
export function useGestures(handlers: GestureHandlers): (element: HTMLElement | null) => (() => void) | undefined {
  const latest = useRef(handlers);
  useLayoutEffect(() => {
    latest.current = handlers;
  });
  return useCallback(
    (element: HTMLElement | null) => (element === null ? undefined : attachGestures(element, () => latest.current)),
    [],
  );
}
