import type { ResponseOf } from "../../../src/api/operations.ts";

type Group = ResponseOf<"listFailures">["groups"][number];

export function makeFailure(overrides: Partial<Group> = {}): Group {
  const firstAt = overrides.firstAt ?? Date.now() - 200_000;
  return {
    cause: "user ValueError: not enough flights in # days flights/train.py:48",
    class: "user",
    step: "train",
    error: "ValueError: not enough flights in 28 days",
    at: "flights/train.py:48",
    tasks: 37,
    blocked: 4,
    example: "train[origin=JFK,carrier=OO,month=2]",
    firstAt,
    lastAt: firstAt + 61_000,
    traits: [{ key: { carrier: "OO" }, inWords: "carrier = OO" }],
    log: [
      "reading flights.parquet",
      "\u001b[36m28 days\u001b[0m, \u001b[1m14\u001b[0m flights, \u001b[33m2 late\u001b[0m",
      "\u001b[31mTraceback (most recent call last):\u001b[0m",
      '  File "flights/train.py", line 48, in fit',
      '    raise ValueError(f"not enough flights in {days} days")',
      "\u001b[31;1mValueError: not enough flights in 28 days\u001b[0m",
    ],
    commands: [
      {
        what: "run these again",
        line: "flotilla restart r0123456789a --cause 'user ValueError: not enough flights in # days flights/train.py:48'",
      },
      { what: "show one of them", line: "flotilla show 'train[origin=JFK,carrier=OO,month=2]'" },
    ],
    ...overrides,
  };
}
