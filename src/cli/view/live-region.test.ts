import { expect, it } from "vitest";
import { LiveRegion } from "./live-region.ts";

// eslint-disable-next-line no-control-regex -- commands to a terminal are what is looked for
const knownCommand = /^\u001b\[(\?(?:2026|25)[hl]|\d+A|K|J)/;
// eslint-disable-next-line no-control-regex -- as above
const plainText = /^[^\u001b\r\n]+/;

/** A screen that carries out what a region writes: text, cursor up, clear. Anything else fails the test. */
class FakeScreen {
  columns = 20;
  readonly writes: string[] = [];
  lines: string[] = [];
  #row = 0;
  #column = 0;

  readonly write = (text: string): void => {
    this.writes.push(text);
    let rest = text;
    while (rest !== "") {
      const command = knownCommand.exec(rest);
      const plain = plainText.exec(rest);
      if (command !== null) this.#obey(command[1]!);
      else if (plain !== null) this.#put(plain[0]);
      else if (rest[0] === "\n") this.#row++;
      else if (rest[0] === "\r") this.#column = 0;
      else throw new Error(`unexpected ${JSON.stringify(rest.slice(0, 10))}`);
      rest = rest.slice(command?.[0].length ?? plain?.[0].length ?? 1);
    }
  };

  #put(text: string): void {
    this.lines[this.#row] = text + (this.lines[this.#row] ?? "").slice(text.length);
    // After the last column the cursor waits on it.
    this.#column = Math.min(text.length, this.columns - 1);
  }

  #obey(command: string): void {
    if (command.endsWith("A")) this.#row -= Number(command.slice(0, -1));
    if (command === "K") this.lines[this.#row] = (this.lines[this.#row] ?? "").slice(0, this.#column);
    if (command === "J") this.lines = this.lines.slice(0, this.#row);
  }

  /** What a terminal does with its lines when it becomes narrower. */
  narrow(columns: number): void {
    this.columns = columns;
    const wrapped = this.lines.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, "gu")) ?? [""]);
    this.#row += wrapped.length - this.lines.length;
    this.lines = wrapped;
  }
}

it("draws over what it drew before", () => {
  const screen = new FakeScreen();
  const region = new LiveRegion(screen);
  region.draw(["one", "two"]);
  region.draw(["uno", "due"]);
  expect(screen.lines).toEqual(["uno", "due"]);
});

it("writes each frame at once, between the marks of a synchronized update", () => {
  const screen = new FakeScreen();
  new LiveRegion(screen).draw(["one", "two"]);
  expect(screen.writes).toHaveLength(1);
  expect(screen.writes[0]!.startsWith("\u001b[?2026h")).toBe(true);
  expect(screen.writes[0]!.endsWith("\u001b[?2026l")).toBe(true);
});

it("writes nothing when nothing has changed", () => {
  const screen = new FakeScreen();
  const region = new LiveRegion(screen);
  region.draw(["one"]);
  region.draw(["one"]);
  expect(screen.writes).toHaveLength(1);
});

it("leaves nothing of a longer frame behind", () => {
  const screen = new FakeScreen();
  const region = new LiveRegion(screen);
  region.draw(["one", "two", "three"]);
  region.draw(["one"]);
  expect(screen.lines).toEqual(["one"]);
});

it("lets what is printed above scroll away", () => {
  const screen = new FakeScreen();
  const region = new LiveRegion(screen);
  region.draw(["one"]);
  region.draw(["one"], ["✗ failed"]);
  region.draw(["two"]);
  expect(screen.lines).toEqual(["✗ failed", "two"]);
});

it("keeps the last sign of a line that fills the screen", () => {
  const screen = new FakeScreen();
  new LiveRegion(screen).draw(["a".repeat(20), "b"]);
  expect(screen.lines).toEqual(["a".repeat(20), "b"]);
});

it("cuts lines that would wrap", () => {
  const screen = new FakeScreen();
  new LiveRegion(screen).draw(["a".repeat(30)]);
  expect(screen.lines).toEqual([`${"a".repeat(19)}…`]);
});

it("finds its place again when the terminal has become narrower and wrapped its lines", () => {
  const screen = new FakeScreen();
  const region = new LiveRegion(screen);
  region.draw(["a".repeat(18), "b".repeat(5)]);
  screen.narrow(10);
  region.draw(["uno", "due"]);
  expect(screen.lines).toEqual(["uno", "due"]);
});
