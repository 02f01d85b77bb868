import type { FleetColour, FleetMapProps, FleetTile, FleetWindow } from "../src/canvas/props.ts";
import { makeRandom } from "./random.ts";

/** The most telling state of a cell that gathers several: as the server says it. */
const telling = [5, 3, 2, 6, 8, 1, 0, 7, 9, 4];

export interface FakeFleet {
  readonly height: number;
  readonly width: number;
  readonly rowDimensions: string[];
  readonly columnDimensions: string[];
  readonly rows: string[][];
  readonly columns: string[][];
  readonly states: Uint8Array;
  readonly numbers: Float32Array;
}

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
const carriers = ["9E", "AA", "AS", "B6", "DL", "EV", "F9", "FL", "HA", "MQ", "OO", "UA", "US", "VX", "WN", "YV"];

function axisLabels(cells: number): {
  rows: string[][];
  columns: string[][];
  rowDimensions: string[];
  columnDimensions: string[];
} {
  if (cells === 399) {
    return {
      rowDimensions: ["origin", "carrier"],
      columnDimensions: ["month"],
      rows: ["EWR", "JFK", "LGA"].flatMap((origin) => carriers.map((carrier) => [origin, carrier])),
      columns: names("", 12).map((month) => [month]),
    };
  }
  if (cells === 40) {
    return {
      rowDimensions: ["sector"],
      columnDimensions: ["quarter"],
      rows: [
        "Construction",
        "Education",
        "Finance",
        "Health care",
        "Information",
        "Manufacturing",
        "Retail trade",
        "Utilities",
      ].map((name) => [name]),
      columns: ["2013-Q1", "2013-Q2", "2013-Q3", "2013-Q4", "2014-Q1"].map((name) => [name]),
    };
  }
  const [markets, products, years] = cells === 100_000 ? [25, 10, 8] : [50, 20, 20];
  const periods = cells / (markets * products * years);
  return {
    rowDimensions: ["market", "product"],
    columnDimensions: ["year", "week"],
    rows: names("market-", markets).flatMap((market) => names("p", products).map((product) => [market, product])),
    columns: Array.from({ length: years }, (_, index) => `${2005 + index}`).flatMap((year) =>
      names("w", periods).map((week) => [year, week]),
    ),
  };
}

/** A fleet half done, with the kinds of trouble that real ones have: a bad row, a bad column, some scattered. */
export function fakeFleet(cells: number): FakeFleet {
  const random = makeRandom(cells);
  const labels = axisLabels(cells);
  const [height, width] = [labels.rows.length, labels.columns.length];
  const states = new Uint8Array(height * width);
  const numbers = new Float32Array(height * width).fill(Number.NaN);
  const rowLevel = Array.from({ length: height }, () => random());
  for (let row = 0; row < height; row++) {
    const group = Math.floor(row / Math.max(1, height / 12));
    for (let column = 0; column < width; column++) {
      const index = row * width + column;
      const done = (row * 0.35 + column * 0.2 * (height / width)) / height;
      const draw = random();
      if (cells === 399 ? draw < 0.307 : group % 4 === 3 && draw < 0.8) states[index] = 255;
      else if (done > 0.42) states[index] = random() < 0.7 ? 0 : 1;
      else if (done > 0.38) states[index] = [2, 1, 4, 2, 3][Math.floor(random() * 5)]!;
      else if (cells > 399 && row % 97 === 41 && random() < 0.5) states[index] = 5;
      else if (random() < 0.015) states[index] = [5, 5, 6, 7, 8][Math.floor(random() * 5)]!;
      else states[index] = random() < 0.06 ? 9 : 4;
      if (states[index] === 4 || states[index] === 9) {
        const wave = Math.sin((column / width) * 9 + rowLevel[row]! * 2) * 0.25;
        numbers[index] =
          30_000 * Math.exp(rowLevel[row]! * 0.9 + wave + (random() - 0.5) * 0.5) * (random() < 0.0015 ? 30 : 1);
      }
    }
  }
  return { height, width, ...labels, states, numbers };
}

/** As the server answers, after so long. */
export function fakeLoaders(
  fleet: FakeFleet,
  colour: FleetColour,
  delayMs: number,
): Pick<FleetMapProps, "loadTile" | "loadLabels"> {
  const range = rangeOf(fleet);
  const pause = () => new Promise((resolve) => setTimeout(resolve, delayMs));
  return {
    loadLabels: async (axis, from, limit) => {
      await pause();
      return fleet[axis].slice(from, from + limit);
    },
    loadTile: async (window, signal) => {
      const tile = colour.by === "state" ? stateTile(fleet, window) : numberTile(fleet, window, range);
      await pause();
      signal.throwIfAborted();
      performance.mark("tile loaded");
      return tile;
    },
  };
}

function* cellsOf(fleet: FakeFleet, window: FleetWindow, down: number, across: number): Generator<number> {
  const from = (value: number, values: number, cells: number) => Math.floor((value * cells) / values);
  const to = (value: number, values: number, cells: number) =>
    Math.max(from(value, values, cells) + 1, from(value + 1, values, cells));
  for (let row = from(down, window.down, window.height); row < to(down, window.down, window.height); row++) {
    for (
      let column = from(across, window.across, window.width);
      column < to(across, window.across, window.width);
      column++
    ) {
      yield (window.top + row) * fleet.width + window.left + column;
    }
  }
}

function stateTile(fleet: FakeFleet, window: FleetWindow): FleetTile {
  const bytes = new Uint8Array(window.across * window.down);
  for (let down = 0; down < window.down; down++) {
    for (let across = 0; across < window.across; across++) {
      let best = 255;
      for (const cell of cellsOf(fleet, window, down, across)) {
        const state = fleet.states[cell]!;
        if (state !== 255 && (best === 255 || telling.indexOf(state) < telling.indexOf(best))) best = state;
      }
      bytes[down * window.across + across] = best;
    }
  }
  return { version: 1, ...window, cells: toBase64(bytes) };
}

function rangeOf({ numbers, rows, columns, width }: FakeFleet) {
  const order = Float64Array.from(numbers.filter((number) => !Number.isNaN(number))).toSorted();
  const quantiles = Array.from({ length: 11 }, (_, tenth) => order[Math.round((tenth / 10) * (order.length - 1))]!);
  const far = order[Math.max(0, order.length - 12)]!;
  const outliers = Array.from(numbers.keys())
    .filter((cell) => numbers[cell]! >= far)
    .map((cell) => {
      const [row, column] = [Math.floor(cell / width), cell % width];
      return { ref: `train[${[...rows[row]!, ...columns[column]!].join(",")}]`, row, column, value: numbers[cell]! };
    })
    .toSorted((a, b) => b.value - a.value);
  return { least: order[0]!, most: order.at(-1)!, quantiles, outliers };
}

function numberTile(fleet: FakeFleet, window: FleetWindow, range: ReturnType<typeof rangeOf>): FleetTile {
  const values = new Uint16Array(window.across * window.down);
  for (let down = 0; down < window.down; down++) {
    for (let across = 0; across < window.across; across++) {
      let sum = 0;
      let count = 0;
      let tasks = 0;
      for (const cell of cellsOf(fleet, window, down, across)) {
        if (fleet.states[cell] !== 255) tasks++;
        if (Number.isNaN(fleet.numbers[cell]!)) continue;
        sum += fleet.numbers[cell]!;
        count++;
      }
      values[down * window.across + across] =
        tasks === 0
          ? 65_535
          : count === 0
            ? 65_534
            : Math.round(((sum / count - range.least) / (range.most - range.least)) * 65_533);
    }
  }
  return { version: 1, ...window, ...range, cells: toBase64(new Uint8Array(values.buffer)) };
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 8_192)
    text += String.fromCharCode(...bytes.subarray(index, index + 8_192));
  return btoa(text);
}
