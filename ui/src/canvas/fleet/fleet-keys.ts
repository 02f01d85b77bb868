import type { KeyboardEvent } from "react";
import type { CellPlace } from "./draw-marks.ts";

export interface FleetKeyActions {
  readonly height: number;
  readonly width: number;
  readonly cursor: CellPlace;
  readonly page: number;
  readonly move: (to: CellPlace) => void;
  readonly open: () => void;
  readonly zoom: (factor: number | "fit") => void;
  /** Absent when there is nothing to let go: Esc is then the page's. */
  readonly leave: (() => void) | undefined;
}

/** Arrows go from cell to cell (with Shift ten at once), Enter opens, + − 0 zoom, Esc lets go. */
export function handleFleetKey(event: KeyboardEvent, actions: FleetKeyActions): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { cursor, height, width, page } = actions;
  const step = event.shiftKey ? 10 : 1;
  const by = (rows: number, columns: number) => () =>
    actions.move({
      row: Math.max(0, Math.min(height - 1, cursor.row + rows)),
      column: Math.max(0, Math.min(width - 1, cursor.column + columns)),
    });
  const act = {
    ArrowDown: by(step, 0),
    ArrowUp: by(-step, 0),
    ArrowRight: by(0, step),
    ArrowLeft: by(0, -step),
    PageDown: by(page, 0),
    PageUp: by(-page, 0),
    Home: () => actions.move({ row: cursor.row, column: 0 }),
    End: () => actions.move({ row: cursor.row, column: width - 1 }),
    Enter: actions.open,
    "+": () => actions.zoom(1.4),
    "=": () => actions.zoom(1.4),
    "-": () => actions.zoom(1 / 1.4),
    "0": () => actions.zoom("fit"),
    Escape: actions.leave,
  }[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}
