export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Drag {
  readonly from: Point;
  readonly to: Point;
  /** Since the last call. */
  readonly by: Point;
  readonly shift: boolean;
}

/** What a pointer means. Points are in CSS pixels of the element. */
export interface GestureHandlers {
  /** A factor above 1 comes nearer. */
  zoom?(at: Point, factor: number): void;
  /** Two fingers on a touch pad, sideways. */
  scroll?(by: Point): void;
  drag?(drag: Drag): void;
  dragEnd?(drag: Drag): void;
  click?(at: Point, event: PointerEvent): void;
  hover?(at: Point | undefined): void;
}

const clickSlack = 4;

/** Turns events of mouse, touch and pad into gestures. The handlers are asked for at each event; returns how to stop. */
export function attachGestures(element: HTMLElement, handlers: () => GestureHandlers): () => void {
  const fingers = new Map<number, Point>();
  let start: Point | undefined;
  let last: Point | undefined;
  let moved = false;
  let shift = false;

  const pointOf = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const dragTo = (to: Point): Drag => ({
    from: start!,
    to,
    by: { x: to.x - last!.x, y: to.y - last!.y },
    shift,
  });

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const point = pointOf(event);
    fingers.set(event.pointerId, point);
    if (fingers.size === 1) {
      start = last = point;
      moved = false;
      shift = event.shiftKey;
    }
  };
  const move = (event: PointerEvent) => {
    const point = pointOf(event);
    if (!fingers.has(event.pointerId)) return handlers().hover?.(point);
    if (fingers.size === 2) pinch(event.pointerId, point);
    else if (start !== undefined) {
      if (!moved && Math.hypot(point.x - start.x, point.y - start.y) < clickSlack) return;
      // Captured only now: a captured pointer's click would not reach what lies above the canvas.
      if (!moved) element.setPointerCapture(event.pointerId);
      moved = true;
      handlers().drag?.(dragTo(point));
      last = point;
    }
    fingers.set(event.pointerId, point);
  };
  const pinch = (id: number, point: Point) => {
    const before = fingers.get(id)!;
    const other = [...fingers].find(([key]) => key !== id)![1];
    const factor =
      Math.hypot(point.x - other.x, point.y - other.y) / Math.hypot(before.x - other.x, before.y - other.y);
    if (Number.isFinite(factor)) handlers().zoom?.({ x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 }, factor);
    moved = true;
  };
  const up = (event: PointerEvent) => {
    if (!fingers.delete(event.pointerId)) return;
    const point = pointOf(event);
    if (fingers.size === 0 && start !== undefined) {
      if (!moved && event.type === "pointerup") handlers().click?.(point, event);
      else if (moved) handlers().dragEnd?.(dragTo(point));
    }
    start = last = fingers.size === 1 ? [...fingers.values()][0] : undefined;
  };
  const leave = () => handlers().hover?.(undefined);
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      return handlers().scroll?.({ x: (event.deltaX || event.deltaY) * lines, y: 0 });
    }
    // A pinch on a touch pad comes as a wheel with Ctrl and small steps.
    const strength = event.ctrlKey ? 0.01 : 0.0018;
    handlers().zoom?.(pointOf(event), Math.exp(-Math.max(-240, Math.min(240, event.deltaY * lines)) * strength));
  };

  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("pointerleave", leave);
  element.addEventListener("wheel", wheel, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("pointerleave", leave);
    element.removeEventListener("wheel", wheel);
  };
}
