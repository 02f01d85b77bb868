import { type RefObject, useCallback, useMemo, useRef } from "react";
import type { FleetMapProps, Stretch } from "../props.ts";
import { measureIn } from "../shared/fit-text.ts";
import type { Point } from "../shared/gestures.ts";
import type { Size } from "../shared/use-drawing.ts";
import { usePalette } from "../shared/use-palette.ts";
import { panAxis, revealCell, showStretch, zoomAxis, type AxisView } from "./axis-view.ts";
import { numberLook, statePixels } from "./cell-colours.ts";
import { fontOf } from "./draw-headers.ts";
import type { CellPlace } from "./draw-marks.ts";
import { fitFleet, largestCell, type FleetScene } from "./fleet-scene.ts";
import { headerSizes } from "./header-sizes.ts";
import type { DrawnWhole } from "./turned-tile.ts";
import { sampleOf, useFleetData } from "./use-fleet-data.ts";

const measuring = new OffscreenCanvas(1, 1).getContext("2d") as unknown as CanvasRenderingContext2D;

interface Views {
  readonly rows: AxisView;
  readonly columns: AxisView;
}

/** The heat-map's data, and the part of it that is looked at. Movements change `views` and tell `moved`. */
export function useFleetScene(props: FleetMapProps, drawn: RefObject<DrawnWhole | undefined>, moved: () => void) {
  const { height, width, rowDimensions, columnDimensions, colour } = props;
  const palette = usePalette();
  const { tiles, labels, news } = useFleetData(props, drawn);
  /** Absent as long as all is shown, whatever the size of the frame. */
  const views = useRef<Views>(undefined);
  const shown = useMemo(
    () => ({ rows: rowDimensions, columns: columnDimensions }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- equal names are the same
    [rowDimensions.join(), columnDimensions.join()],
  );

  const rowSample = useRef<ReturnType<typeof sampleOf>>(undefined);
  const columnSample = useRef<ReturnType<typeof sampleOf>>(undefined);
  rowSample.current ??= sampleOf(labels, "rows", rowDimensions, height);
  columnSample.current ??= sampleOf(labels, "columns", columnDimensions, width);
  const ready = rowSample.current !== undefined && columnSample.current !== undefined;
  const states = useMemo(() => statePixels(palette), [palette]);
  const newest = tiles.drawn.at(-1);
  const numbers = useMemo(() => (newest?.by === "number" ? numberLook(newest, palette) : undefined), [newest, palette]);

  const fitOf = useCallback(
    (size: Size) => {
      const headers = (cellWidth: number) => {
        measuring.font = fontOf({ palette }, true);
        return headerSizes(
          { dimensions: shown.rows, sample: rowSample.current! },
          { dimensions: shown.columns, sample: columnSample.current! },
          cellWidth,
          measureIn(measuring),
        );
      };
      // How high the header is hangs on how wide cells are, and that on how wide it is: twice is enough.
      const wide = headers(1_000);
      const sizes = headers(fitFleet({ height, width }, size, wide).columns.scale);
      return { sizes, ...fitFleet({ height, width }, size, sizes) };
    },
    [palette, shown, height, width],
  );
  const sceneOf = useCallback(
    (size: Size): FleetScene | undefined => {
      if (!ready || size.width === 0) return undefined;
      const fit = fitOf(size);
      return {
        palette,
        ...fit,
        ...views.current,
        rowDimensions: shown.rows,
        columnDimensions: shown.columns,
        labels,
        tiles: tiles.drawn,
        statePixels: states,
        numbers,
        colour,
        ratio: size.ratio,
      };
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- news: the tiles have changed
    [
      ready,
      fitOf,
      palette,
      shown,
      labels,
      tiles,
      states,
      numbers,
      colour.by,
      colour.by === "number" && colour.unit,
      news,
    ],
  );

  const change = (size: Size, next: (scene: FleetScene, fit: Views) => Views) => {
    const scene = sceneOf(size);
    if (scene === undefined) return;
    const fit = fitOf(size);
    const { rows, columns } = next(scene, fit);
    const all = rows.scale <= fit.rows.scale && columns.scale <= fit.columns.scale;
    views.current = all ? undefined : { rows, columns };
    moved();
  };
  const move = {
    fit: () => {
      views.current = undefined;
      moved();
    },
    zoom: (size: Size, at: Point | undefined, factor: number) =>
      change(size, (scene, fit) => {
        const x = at === undefined ? scene.columnExtent.pixels / 2 : at.x - scene.sizes.left;
        const y = at === undefined ? scene.rowExtent.pixels / 2 : at.y - scene.sizes.top;
        return {
          rows: zoomAxis(scene.rows, Math.max(0, y), factor, scene.rowExtent, fit.rows.scale, largestCell.height),
          columns: zoomAxis(
            scene.columns,
            Math.max(0, x),
            factor,
            scene.columnExtent,
            fit.columns.scale,
            largestCell.width,
          ),
        };
      }),
    pan: (size: Size, by: Point) =>
      change(size, (scene) => ({
        rows: panAxis(scene.rows, by.y, scene.rowExtent),
        columns: panAxis(scene.columns, by.x, scene.columnExtent),
      })),
    show: (size: Size, { rows, columns }: { rows?: Stretch | undefined; columns?: Stretch | undefined }) =>
      change(size, (scene, fit) => ({
        rows: rows === undefined ? scene.rows : showStretch(rows, scene.rowExtent, fit.rows.scale, largestCell.height),
        columns:
          columns === undefined
            ? scene.columns
            : showStretch(columns, scene.columnExtent, fit.columns.scale, largestCell.width),
      })),
    reveal: (size: Size, { row, column }: CellPlace) =>
      change(size, (scene) => ({
        rows: revealCell(scene.rows, row, scene.rowExtent),
        columns: revealCell(scene.columns, column, scene.columnExtent),
      })),
    centre: (size: Size, { row, column }: CellPlace) =>
      change(size, (scene) => ({
        rows: panAxis(
          scene.rows,
          scene.rowExtent.pixels / 2 - (row - scene.rows.first) * scene.rows.scale,
          scene.rowExtent,
        ),
        columns: panAxis(
          scene.columns,
          scene.columnExtent.pixels / 2 - (column - scene.columns.first) * scene.columns.scale,
          scene.columnExtent,
        ),
      })),
  };
  return { palette, tiles, labels, numbers, sceneOf, move };
}
