import type { Scalar } from "./plan.ts";
import { scenarioError, shown, type ScenarioPlace } from "./scenario-errors.ts";

/** Characters that the value of a dimension may have; it becomes part of keys, of log lines and of names on platforms. */
export const maxKeyPartLength = 1000;

/** Throws `SCENARIOS_INVALID` unless a column may be called so. */
export function checkColumnName(name: string, place: ScenarioPlace): void {
  if (name === "") throw scenarioError("a column has no name", place, { mend: "name every column in the header" });
  checkText(name, "the name of a column", place, maxKeyPartLength);
}

/** Throws `SCENARIOS_INVALID` unless this value may stand in a dimension. */
export function checkDimensionValue(value: unknown, place: ScenarioPlace): void {
  if (value === null || value === undefined || value === "") {
    throw scenarioError(`the dimension ${shown(place.column)} has no value`, place, {
      mend: "give every row a value in each dimension",
    });
  }
  checkScalar(value, place);
  if (typeof value === "string")
    checkText(value, `the value of the dimension ${shown(place.column)}`, place, maxKeyPartLength);
}

/** Throws `SCENARIOS_INVALID` unless this value may stand in a label. */
export function checkLabelValue(value: unknown, place: ScenarioPlace): void {
  if (value === null) return;
  checkScalar(value, place);
  if (typeof value === "string") checkText(value, `the label ${shown(place.column)}`, place, Infinity);
}

function checkScalar(value: unknown, place: ScenarioPlace): void {
  if (typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return;
  const what = typeof value === "number" ? String(value) : `of type ${Array.isArray(value) ? "array" : typeof value}`;
  throw scenarioError(`the value in column ${shown(place.column)} is ${what}`, place, {
    mend: "use text, finite numbers, true or false",
  });
}

function checkText(text: string, what: string, place: ScenarioPlace, maxLength: number): void {
  if (text.length > maxLength) {
    throw scenarioError(`${what} has ${text.length} characters; ${maxLength} are allowed`, place, {
      mend: "identify the row by a short name and keep the long text in a label or a file",
    });
  }
  // Neither can be stored by PostgreSQL; half a surrogate pair is no character at all.
  if (text.includes("\0")) throw scenarioError(`${what} holds a NUL character`, place, { mend: "remove it" });
  if (/[\ud800-\udfff]/u.test(text))
    throw scenarioError(`${what} is not valid Unicode: half of a surrogate pair`, place, {
      mend: "write the file as UTF-8",
    });
}

/**
 * The values of a CSV column, typed: numbers if each cell is one, booleans if each is `true` or `false`, else text. Empty
 * cells become null and do not count. Which texts are numbers depends on what the column is for.
 *
 * - In a *dimension*, only the text that the number itself has: `1` and `0.5`, not `01`, `1.0` or `1e3`. Keys are made of these
 *   values, so each must come back as the very text that it was; a column with any other text stays text, in which `1`, `01` and
 *   `1.0` are three values.
 * - In a *label*, what JSON takes for a number: `7689.0`, `1e-05`, not `007`, `+1` or `.5`. A whole number beyond 2^53, which would
 *   lose digits, is more likely an id and keeps its column text.
 */
export function typeCsvValues(texts: readonly string[], role: "dimension" | "label"): readonly (Scalar | null)[] {
  const isNumber = role === "dimension" ? isCanonicalNumber : isJsonNumber;
  const filled = texts.filter((text) => text !== "");
  if (filled.length > 0 && filled.every(isNumber))
    // Adding 0 makes one of zero and minus zero, which JSON cannot tell apart.
    return texts.map((text) => (text === "" ? null : Number(text) + 0));
  if (filled.length > 0 && filled.every((text) => text === "true" || text === "false")) {
    return texts.map((text) => (text === "" ? null : text === "true"));
  }
  return texts.map((text) => (text === "" ? null : text));
}

function isCanonicalNumber(text: string): boolean {
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text;
}

function isJsonNumber(text: string): boolean {
  const parts = /^-?(?:0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.exec(text);
  if (parts === null || !Number.isFinite(Number(text))) return false;
  const isWhole = parts[1] === undefined && parts[2] === undefined;
  return !isWhole || Number.isSafeInteger(Number(text));
}
