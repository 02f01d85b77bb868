import { describe, expect, it } from "vitest";
import { readRunSearch } from "./run-search.ts";
import {
  chipsOf,
  everything,
  isEverything,
  searchOf,
  selectionOf,
  selectionOptions,
  toggle,
  withWhere,
  without,
} from "./selection.ts";
import { parseSearch, stringifySearch } from "../shell/search.ts";

describe("the selection of a run", () => {
  it("goes through the address and back", () => {
    const selection = {
      step: ["train", "compare"],
      state: ["failed" as const],
      class: ["out_of_memory" as const],
      where: ["origin=JFK", "month=1..6"],
      cause: "user ValueError: a&b=c # train.py:48",
    };
    const address = stringifySearch(searchOf(selection));
    expect(selectionOf(readRunSearch(parseSearch(address)))).toEqual(selection);
  });

  it("leaves no trace in the address when it narrows nothing", () => {
    expect(stringifySearch(searchOf(everything))).toBe("");
    expect(isEverything(everything)).toBe(true);
  });

  it("puts a value in and takes it out again", () => {
    const once = toggle(everything, "state", "failed");
    expect(once.state).toEqual(["failed"]);
    expect(toggle(once, "state", "failed")).toEqual(everything);
  });

  it("keeps one condition for each dimension, the newest", () => {
    const selection = withWhere({ ...everything, where: ["origin=JFK", "month>6"] }, ["origin=EWR"]);
    expect(selection.where).toEqual(["month>6", "origin=EWR"]);
  });

  it("shows each part as a chip, and takes any of them away", () => {
    const selection = { ...everything, step: ["train"], where: ["origin=JFK"], cause: "user x" };
    expect(chipsOf(selection).map(({ field }) => field)).toEqual(["step", "where", "cause"]);
    const left = chipsOf(selection).reduce(without, selection);
    expect(left).toEqual(everything);
  });

  it("says itself as options of the command line, quoted where a shell would read them otherwise", () => {
    const selection = { ...everything, step: ["train"], state: ["failed" as const], where: ["month>6", "name=it's"] };
    expect(selectionOptions(selection)).toBe(
      String.raw`--step train --state failed --where 'month>6' --where 'name=it'\''s'`,
    );
  });
});

describe("an address of a run's page", () => {
  it("that somebody made up is read as far as it makes sense", () => {
    const search = readRunSearch(
      parseSearch("?state=failed&state=exploded&class=__proto__&attempt=x&panel=evil&lanes=slot"),
    );
    expect(search).toEqual({ state: ["failed"], lanes: "slot" });
  });

  it("keeps the fields of a task's name readable", () => {
    expect(stringifySearch({ task: "train[origin=JFK,month=7]" })).toBe("?task=train[origin%3DJFK,month%3D7]");
  });

  it("may have a field of any name", () => {
    expect(Object.hasOwn(parseSearch("?__proto__=x&constructor=y"), "constructor")).toBe(true);
    expect(readRunSearch(parseSearch("?__proto__=x&constructor=y"))).toEqual({});
  });
});
