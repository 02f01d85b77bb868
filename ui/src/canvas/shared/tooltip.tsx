import { useLayoutEffect, useRef, type ReactNode } from "react";
import type { Point } from "./gestures.ts";

const away = 14;

/** Stands beside a point of its frame, on the side where there is room. */
export function Tooltip({ at, children }: { at: Point; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current!;
    const { clientWidth: width, clientHeight: height } = element.offsetParent as HTMLElement;
    const x = at.x + away + element.offsetWidth > width ? at.x - away - element.offsetWidth : at.x + away;
    const y = at.y + away + element.offsetHeight > height ? at.y - away - element.offsetHeight : at.y + away;
    element.style.transform = `translate(${Math.max(4, Math.round(x))}px, ${Math.max(4, Math.round(y))}px)`;
  });
  return (
    <div ref={box} className="canvas-tip" role="presentation" aria-hidden>
      {children}
    </div>
  );
}
