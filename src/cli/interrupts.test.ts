import { afterEach, expect, it } from "vitest";
import { onInterrupt } from "./interrupts.ts";

const told: string[] = [];
const stops: (() => void)[] = [];
const listen = (name: string): (() => void) => {
  const stop = onInterrupt(() => void told.push(name));
  stops.push(stop);
  return stop;
};
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  told.length = 0;
});

it("tells only the latest that listens, and the one before it afterwards", () => {
  const before = process.listenerCount("SIGINT");
  const stopFirst = listen("first");
  const stopSecond = listen("second");
  process.emit("SIGINT");
  stopSecond();
  process.emit("SIGINT");
  expect(told).toEqual(["second", "first"]);
  stopFirst();
  expect(process.listenerCount("SIGINT"), "Ctrl-C would not end the process any more").toBe(before);
});
