import { useCallback, useEffect, useLayoutEffect, useRef } from "react";

/** In CSS pixels; the context is scaled so that the drawing need not know of the screen's. */
export interface Size {
  readonly width: number;
  readonly height: number;
  /** Screen pixels per CSS pixel. */
  readonly ratio: number;
}

/** Returns false when there is nothing to be seen yet. */
export type Draw = (context: CanvasRenderingContext2D, size: Size) => boolean | void;

/**
 * A canvas that fills its parent and draws only when it is asked to: when `draw` is another function, when its size
 * changes, or by the returned `redraw`. Any number of wishes within a frame are one drawing.
 */
export function useDrawing(draw: Draw): {
  canvas: (element: HTMLCanvasElement | null) => (() => void) | undefined;
  redraw: () => void;
  size: () => Size;
} {
  const latest = useRef(draw);
  const element = useRef<HTMLCanvasElement | null>(null);
  const size = useRef<Size>({ width: 0, height: 0, ratio: 1 });
  const frame = useRef(0);

  const paint = useCallback(() => {
    frame.current = 0;
    const context = element.current?.getContext("2d");
    const { width, height, ratio } = size.current;
    if (!context || width === 0 || height === 0) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const seen = latest.current(context, size.current) !== false;
    // For tests and benches: from outside a canvas does not show that something has been drawn.
    if (seen) context.canvas.dataset["drawn"] = performance.now().toFixed(1);
  }, []);
  const redraw = useCallback(() => {
    if (frame.current === 0) frame.current = requestAnimationFrame(paint);
  }, [paint]);

  const canvas = useCallback(
    (mounted: HTMLCanvasElement | null) => {
      if (mounted === null) return undefined;
      element.current = mounted;
      const fit = () => {
        const { clientWidth: width, clientHeight: height } = mounted.parentElement!;
        const ratio = devicePixelRatio || 1;
        const before = size.current;
        if (before.width === width && before.height === height && before.ratio === ratio) return;
        size.current = { width, height, ratio };
        mounted.width = Math.round(width * ratio);
        mounted.height = Math.round(height * ratio);
        // A resized canvas is empty: draw before the browser shows it.
        paint();
      };
      const observer = new ResizeObserver(fit);
      observer.observe(mounted.parentElement!);
      fit();
      return () => {
        observer.disconnect();
        cancelAnimationFrame(frame.current);
        frame.current = 0;
        element.current = null;
        size.current = { width: 0, height: 0, ratio: 1 };
      };
    },
    [paint],
  );

  useLayoutEffect(() => {
    latest.current = draw;
  }, [draw]);
  useEffect(redraw, [draw, redraw]);
  return { canvas, redraw, size: useCallback(() => size.current, []) };
}
