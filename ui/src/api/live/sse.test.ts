import fc from "fast-check";
import { expect, it } from "vitest";
import { createEventReader, type ServerEvent } from "./sse.ts";

function read(pieces: readonly string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const reader = createEventReader((event) => events.push(event));
  for (const piece of pieces) reader(piece);
  return events;
}

const stream =
  'retry: 100\n\nid: 7\nevent: run\ndata: {"a":1,\ndata: "b":"x: y"}\n\n: alive\n\nid: 8\r\nevent: bye\r\ndata:{}\r\n\r\n';

it("reads names, data of several lines and ids, and leaves comments out", () => {
  expect(read([stream])).toEqual([
    { name: "run", data: '{"a":1,\n"b":"x: y"}', id: "7" },
    { name: "bye", data: "{}", id: "8" },
  ]);
});

it("reads the same however the stream was cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
      const pieces = places.slice(1).map((end, at) => stream.slice(places[at], end));
      expect(read(pieces)).toEqual(read([stream]));
    }),
  );
});

it("tells nothing of an event that has not ended", () => {
  expect(read(["event: run\ndata: {}\n"])).toEqual([]);
});
