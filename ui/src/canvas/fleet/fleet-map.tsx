import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { FleetBrush, FleetMapProps } from "../props.ts";
import "../shared/canvas.css";
import type { Drag, Point } from "../shared/gestures.ts";
import { Tooltip } from "../shared/tooltip.tsx";
import { useDrawing, type Draw } from "../shared/use-drawing.ts";
import { useGestures } from "../shared/use-gestures.ts";
import { ZoomTools } from "../shared/zoom-tools.tsx";
import { pixelOf } from "./axis-view.ts";
import { drawCells } from "./draw-cells.ts";
import { drawGroups } from "./draw-groups.ts";
import { drawHeaders } from "./draw-headers.ts";
import { drawMarks, type CellPlace } from "./draw-marks.ts";
import { drawMinimap, minimapCell } from "./draw-minimap.ts";
import { handleFleetKey } from "./fleet-keys.ts";
import { FleetLegend } from "./fleet-legend.tsx";
import { seenCells, type FleetScene } from "./fleet-scene.ts";
import { FleetTable } from "./fleet-table.tsx";
import { FleetTip } from "./fleet-tip.tsx";
import { brushOf, groupAt, placeAt, withConditions, zoneAt, type Zone } from "./fleet-zones.ts";
import { valueAt } from "./tile.ts";
import type { DrawnWhole } from "./turned-tile.ts";
import { useFleetScene } from "./use-fleet-scene.ts";
import { valueInWords } from "./value-words.ts";

/** Cells smaller than this are not meant one by one: a click comes nearer. */
const clickable = 4;
const settledMs = 400;

/**
 * The heat-map of one step, from one cell to a million. The server gathers what is smaller than a pixel; what is on the
 * screen moves at once and is sharpened when the finer tile has come.
 */
export function FleetMap(props: FleetMapProps) {
  const drawn = useRef<DrawnWhole>(undefined);
  if (props.height === 0 || props.width === 0) return <div className="canvas-empty">No tasks here</div>;
  return <Fleet key={props.picture} drawn={drawn} {...props} />;
}

function Fleet({ drawn: drawnWhole, ...props }: FleetMapProps & { readonly drawn: RefObject<DrawnWhole | undefined> }) {
  const { selected, onBrush, onOpen, onOpenTask, onError, colour } = props;
  const repaint = useRef<() => void>(() => undefined);
  const { palette, tiles, labels, numbers, sceneOf, move } = useFleetScene(props, drawnWhole, () => repaint.current());
  const [hover, setHover] = useState<{ at: Point; cell: CellPlace }>();
  const [cursor, setCursor] = useState<CellPlace>();
  const [settled, setSettled] = useState<ReturnType<typeof seenCells>>();
  const brush = useRef<ReturnType<typeof brushOf>>(undefined);
  const dragged = useRef<Zone | "minimap">(undefined);
  const looked = useRef({ words: "", timer: 0 });

  /** What has been drawn is what is looked at: its tiles are wanted. */
  const look = useCallback(
    (scene: FleetScene) => {
      const seen = seenCells(scene);
      const pixelsPerRow = scene.rows.scale * scene.ratio;
      const pixelsPerColumn = scene.columns.scale * scene.ratio;
      const words = JSON.stringify([seen, pixelsPerRow, pixelsPerColumn]);
      if (words === looked.current.words) return;
      tiles.look({ ...seen, pixelsPerRow, pixelsPerColumn });
      clearTimeout(looked.current.timer);
      looked.current = { words, timer: window.setTimeout(() => setSettled(seen), settledMs) };
    },
    [tiles],
  );
  const map = useDrawing(
    useCallback<Draw>(
      (context, size) => {
        const scene = sceneOf(size);
        if (scene === undefined) return false;
        drawCells(context, scene);
        drawGroups(context, scene);
        drawHeaders(context, scene);
        look(scene);
        return scene.tiles.length > 0;
      },
      [sceneOf, look],
    ),
  );
  const above = useDrawing(
    useCallback<Draw>(
      (context, size) => {
        const scene = sceneOf(size);
        if (scene === undefined) return;
        drawMarks(context, scene, { hovered: hover?.cell, selected, cursor, brush: brush.current });
        drawMinimap(context, scene, size, tiles.whole);
      },
      // eslint-disable-next-line react-hooks/exhaustive-deps -- the numbers of the cell say which it is
      [sceneOf, tiles, hover?.cell.row, hover?.cell.column, selected?.row, selected?.column, cursor],
    ),
  );
  useEffect(() => {
    repaint.current = () => {
      setHover(undefined);
      map.redraw();
      above.redraw();
    };
  });
  useEffect(() => () => clearTimeout(looked.current.timer), []);

  const size = () => map.size();
  const open = async (cell: CellPlace) => {
    try {
      const [rowLabels, columnLabels] = await Promise.all([
        labels.read("rows", cell.row),
        labels.read("columns", cell.column),
      ]);
      onOpen?.({ ...cell, rowLabels, columnLabels });
    } catch (error) {
      onError?.(error);
    }
  };
  const brushed = (scene: FleetScene, stretches: Omit<FleetBrush, "where">) => {
    const said = withConditions(scene, stretches);
    if (said.where === undefined || onBrush === undefined) move.show(size(), stretches);
    onBrush?.(said);
  };
  const beginOf = (scene: FleetScene, { from, shift }: Drag): Zone | "minimap" | undefined => {
    if (minimapCell(scene, size(), from) !== undefined) return "minimap";
    const zone = zoneAt(scene, from);
    return zone === "plot" && !shift ? undefined : zone;
  };
  const gestures = useGestures({
    zoom: (at, factor) => move.zoom(size(), at, factor),
    scroll: ({ x }) => move.pan(size(), { x: -x, y: 0 }),
    hover: (at) => {
      const scene = sceneOf(size());
      const cell = at && scene && minimapCell(scene, size(), at) === undefined ? placeAt(scene, at) : undefined;
      if (cell?.row !== hover?.cell.row || cell?.column !== hover?.cell.column) setHover(cell && { at: at!, cell });
    },
    drag: (drag) => {
      const scene = sceneOf(size());
      if (scene === undefined) return;
      const zone = (dragged.current ??= beginOf(scene, drag));
      if (zone === undefined) move.pan(size(), drag.by);
      else if (zone === "minimap") {
        const centre = minimapCell(scene, size(), drag.to);
        if (centre !== undefined) move.centre(size(), centre);
      } else {
        brush.current = brushOf(scene, zone, drag);
        above.redraw();
      }
    },
    dragEnd: () => {
      const scene = sceneOf(size());
      const stretches = brush.current;
      dragged.current = brush.current = undefined;
      above.redraw();
      if (scene !== undefined && stretches !== undefined) brushed(scene, stretches);
    },
    click: (at) => {
      const scene = sceneOf(size());
      if (scene === undefined) return;
      const small = minimapCell(scene, size(), at);
      if (small !== undefined) return move.centre(size(), small);
      const zone = zoneAt(scene, at);
      if (zone === "rows" || zone === "columns") {
        const group = groupAt(scene, zone, at);
        if (group !== undefined) brushed(scene, { [zone]: group });
        return;
      }
      const cell = placeAt(scene, at);
      if (cell === undefined) return;
      setCursor(undefined);
      if (Math.min(scene.rows.scale, scene.columns.scale) < clickable) move.zoom(size(), at, 6);
      else void open(cell);
    },
  });

  const { drawn } = tiles;
  const tileAt = ({ row, column }: CellPlace) => drawn.findLast((tile) => valueAt(tile, row, column) !== undefined);
  const valueOf = (cell: CellPlace) => {
    const tile = tileAt(cell);
    return tile && valueAt(tile, cell.row, cell.column);
  };
  const inWords = (cell: CellPlace) => {
    const key = [...(labels.at("rows", cell.row) ?? []), ...(labels.at("columns", cell.column) ?? [])].join(" ");
    return `${key}: ${valueInWords(valueOf(cell), tileAt(cell), colour)}`;
  };
  const now = cursor ?? selected ?? { row: 0, column: 0 };

  return (
    <div className="canvas-stack">
      <FleetLegend
        whole={tiles.whole}
        colour={colour}
        numbers={numbers}
        palette={palette}
        onOutlier={({ ref, row, column }) => {
          move.show(size(), { rows: { from: row - 4, to: row + 5 }, columns: { from: column - 4, to: column + 5 } });
          setCursor({ row, column });
          onOpenTask?.(ref);
        }}
      >
        <ZoomTools zoom={(factor) => move.zoom(size(), undefined, factor)} fit={move.fit} />
      </FleetLegend>
      <div
        ref={gestures}
        className="canvas-frame"
        role="application"
        aria-label="Heat-map: arrows go from cell to cell, Enter opens, plus and minus zoom"
        tabIndex={0}
        onFocus={(event) => event.target.matches(":focus-visible") && setCursor(now)}
        onBlur={() => setCursor(undefined)}
        onKeyDown={(event) =>
          handleFleetKey(event, {
            height: props.height,
            width: props.width,
            cursor: now,
            page: settled === undefined ? 10 : settled.rows.to - settled.rows.from,
            move: (to) => {
              setCursor(to);
              move.reveal(size(), to);
            },
            open: () => void open(now),
            zoom: (factor) =>
              factor === "fit" ? move.fit() : move.zoom(size(), cursor && centreOf(sceneOf(size()), cursor), factor),
            leave: cursor && (() => setCursor(undefined)),
          })
        }
      >
        <canvas ref={map.canvas} aria-hidden />
        <canvas ref={above.canvas} aria-hidden />
        <div className="canvas-hidden" aria-live="polite">
          {cursor !== undefined && inWords(cursor)}
        </div>
        {settled !== undefined && <FleetTable seen={settled} labels={labels} tiles={drawn} colour={colour} />}
        {hover !== undefined && (
          <Tooltip at={hover.at}>
            <FleetTip
              rowDimensions={props.rowDimensions}
              columnDimensions={props.columnDimensions}
              rowLabels={labels.at("rows", hover.cell.row)}
              columnLabels={labels.at("columns", hover.cell.column)}
              tile={tileAt(hover.cell)}
              value={valueOf(hover.cell)}
              colour={colour}
            />
          </Tooltip>
        )}
      </div>
    </div>
  );
}

function centreOf(scene: FleetScene | undefined, { row, column }: CellPlace): Point | undefined {
  if (scene === undefined) return undefined;
  return {
    x: scene.sizes.left + pixelOf(scene.columns, column + 0.5),
    y: scene.sizes.top + pixelOf(scene.rows, row + 0.5),
  };
}
