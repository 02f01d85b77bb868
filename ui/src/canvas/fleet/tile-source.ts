import type { FleetColour, FleetMapProps, FleetWindow } from "../props.ts";
import { makeTile, type Tile } from "./tile.ts";
import { suffices, wantedWindow, wholeWindow, type Looked, type Shape } from "./wanted-window.ts";

const pauseMs = 70;

interface Wishes {
  readonly loadTile: FleetMapProps["loadTile"];
  readonly by: FleetColour["by"];
  readonly values: string;
}

interface Loading {
  readonly controller: AbortController;
  readonly window: FleetWindow;
}

/**
 * The tiles behind a heat-map: one of the whole, which is always there to be drawn, and one of what is looked at. What is
 * old stays until the new is there. One request for each at a time: a stream of new values must not starve them.
 */
export class TileSource {
  whole: Tile | undefined;
  near: Tile | undefined;
  /** Drawn in place of the whole until that is there. */
  readonly #standIn: Tile | undefined;
  readonly #shape: Shape;
  readonly #wishes: () => Wishes;
  readonly #told: (error?: unknown) => void;
  #looked: Looked | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #loading: { whole?: Loading | undefined; near?: Loading | undefined } = {};
  readonly #valuesOf = new WeakMap<Tile, string>();

  /** `told` is called when there is something new to draw, or with the error of a request. */
  constructor(shape: Shape, wishes: () => Wishes, told: (error?: unknown) => void, standIn?: Tile) {
    this.#standIn = standIn;
    this.#shape = shape;
    this.#wishes = wishes;
    this.#told = told;
  }

  /** Those to be drawn, one upon the other. */
  get drawn(): readonly Tile[] {
    return [this.whole ?? this.#standIn, this.near].filter((tile) => tile !== undefined);
  }

  /** Says what is on the screen. The first wish is carried out at once, movements when they pause. */
  look(looked: Looked): void {
    this.#looked = looked;
    clearTimeout(this.#timer);
    if (this.whole === undefined) this.#load();
    else this.#timer = setTimeout(() => this.#load(), pauseMs);
  }

  /** Reads again what values have changed for. */
  renew(): void {
    if (this.#looked !== undefined) this.#load();
  }

  /** Gives up what is under way; `look` and `renew` begin anew. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#loading.whole?.controller.abort();
    this.#loading.near?.controller.abort();
    this.#loading.whole = this.#loading.near = undefined;
  }

  #load(): void {
    const looked = this.#looked!;
    const { values, by } = this.#wishes();
    const fresh = (tile: Tile | undefined) => tile?.by === by && this.#valuesOf.get(tile) === values;
    const wholeSuffices = this.whole !== undefined && suffices(this.whole, looked);
    if (wholeSuffices) this.near = undefined;
    else if (this.whole !== undefined && !(fresh(this.near) && suffices(this.near!, looked))) {
      this.#request("near", wantedWindow(this.#shape, looked));
    }
    if (!fresh(this.whole)) this.#request("whole", wholeWindow(this.#shape, this.#fitted(looked)));
  }

  /** Pixels per cell when all is shown: no more than now, and no more than the screen holds. */
  #fitted(looked: Looked): Looked {
    const seen = (pixels: number, { from, to }: { from: number; to: number }, cells: number) =>
      Math.min(pixels, (pixels * (to - from)) / cells);
    return {
      ...looked,
      pixelsPerRow: seen(looked.pixelsPerRow, looked.rows, this.#shape.height),
      pixelsPerColumn: seen(looked.pixelsPerColumn, looked.columns, this.#shape.width),
    };
  }

  #request(which: "whole" | "near", window: FleetWindow): void {
    const under = this.#loading[which];
    if (under !== undefined) {
      if (which === "whole" || suffices(under.window, this.#looked!)) return;
      // One has moved on: nobody waits for it any more.
      under.controller.abort();
    }
    const controller = new AbortController();
    this.#loading[which] = { controller, window };
    const { loadTile, by, values } = this.#wishes();
    loadTile(window, controller.signal)
      .then(
        (answer) => {
          if (controller.signal.aborted) return;
          this.#loading[which] = undefined;
          const tile = makeTile(answer, by);
          this.#valuesOf.set(tile, values);
          this[which] = tile;
          this.#told();
          // Meanwhile there may have been another movement, or other values.
          this.#load();
        },
        (error: unknown) => {
          if (controller.signal.aborted) return;
          this.#loading[which] = undefined;
          this.#told(error);
        },
      )
      .catch((error: unknown) => this.#told(error));
  }
}
