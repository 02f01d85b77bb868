import { type RefObject, useEffect, useLayoutEffect, useMemo, useReducer, useRef } from "react";
import type { FleetMapProps } from "../props.ts";
import { LabelStore, labelsAtOnce } from "./label-store.ts";
import type { Labels } from "./label-store.ts";
import { TileSource } from "./tile-source.ts";
import { type DrawnWhole, standInOf } from "./turned-tile.ts";

/**
 * Tiles and labels of one picture. `news` is another number whenever there is something new to draw. `drawn` is left for the
 * picture that comes next.
 */
export function useFleetData(props: FleetMapProps, drawn: RefObject<DrawnWhole | undefined>) {
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  const [news, told] = useReducer((count: number) => count + 1, 0);
  const { height, width, values, colour, firstLabels } = props;

  const [tiles, labels] = useMemo(() => {
    const tell = (error?: unknown) => (error === undefined ? told() : latest.current.onError?.(error));
    const wishes = () => {
      const { loadTile, colour: now, values: version } = latest.current;
      return { loadTile, by: now.by, values: version };
    };
    const store = new LabelStore(() => latest.current.loadLabels, tell);
    if (firstLabels !== undefined) {
      store.begin("rows", firstLabels.rows);
      store.begin("columns", firstLabels.columns);
    }
    return [new TileSource({ height, width }, wishes, tell, standInOf(drawn.current, latest.current)), store];
    // eslint-disable-next-line react-hooks/exhaustive-deps -- labels of a picture do not change
  }, [height, width]);
  useEffect(() => {
    labels.want("rows", { from: 0, to: Math.min(height, labelsAtOnce) }, 1);
    labels.want("columns", { from: 0, to: Math.min(width, labelsAtOnce) }, 1);
    return () => {
      tiles.stop();
      labels.stop();
    };
  }, [tiles, labels, height, width]);
  useEffect(() => tiles.renew(), [tiles, values, colour.by]);
  useEffect(() => {
    drawn.current = { picture: props.picture, values, tile: tiles.whole };
  }, [drawn, props.picture, values, tiles, news]);

  return { tiles, labels, news };
}

/** The first labels of an axis once they are there; axes without dimensions have nothing to wait for. */
export function sampleOf(
  labels: LabelStore,
  axis: "rows" | "columns",
  dimensions: readonly string[],
  cells: number,
): readonly Labels[] | undefined {
  if (dimensions.length === 0) return [[]];
  const sample: Labels[] = [];
  for (let index = 0; index < Math.min(cells, labelsAtOnce); index++) {
    const label = labels.at(axis, index);
    if (label === undefined) return undefined;
    sample.push(label);
  }
  return sample;
}
