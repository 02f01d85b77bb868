import { describe, expect, it } from "vitest";
import { makeWorld } from "../fakes/world.ts";
import { pictureOf, refOf } from "./fleet-picture.ts";

const { detail } = makeWorld({ runs: 1 });
const cell = { row: 0, column: 0, rowLabels: ["JFK", "B6"], columnLabels: ["7"] };

describe("what the heat-map shows", () => {
  it("is the largest step that varies, its last dimension across, unless somebody asks otherwise", () => {
    expect(pictureOf(detail, {})).toMatchObject({ step: "train", rows: ["origin", "carrier"], columns: ["month"] });
  });

  it("is the one step that is selected", () => {
    expect(pictureOf(detail, { step: ["compare"] })).toMatchObject({
      step: "compare",
      rows: ["origin"],
      columns: ["carrier"],
    });
  });

  it("leaves out dimensions that the step does not have", () => {
    expect(pictureOf(detail, { of: "compare", rows: ["month"], columns: ["carrier"] })).toMatchObject({
      rows: [],
      columns: ["carrier"],
    });
  });

  it("is nothing when no step varies", () => {
    expect(pictureOf({ ...detail, steps: detail.steps.filter(({ by }) => by.length === 0) }, {})).toBeUndefined();
  });
});

describe("a cell of the heat-map", () => {
  it("is one task when all dimensions of the step are on an axis", () => {
    const picture = pictureOf(detail, {})!;
    expect(refOf(detail, picture, cell)).toBe("train[origin=JFK,carrier=B6,month=7]");
  });

  it("is some conditions when it gathers several tasks", () => {
    const picture = pictureOf(detail, { of: "train", rows: ["origin", "carrier"] })!;
    expect(refOf(detail, picture, cell)).toBeUndefined();
    expect(picture.conditionsOf(cell)).toEqual(["origin=JFK", "carrier=B6"]);
  });
});
