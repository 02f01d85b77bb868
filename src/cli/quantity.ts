import { parseDuration, parseMemory } from "../sdk/quantities.ts";

/** What the value of an option can be read as. */
export type Quantity = "count" | "port" | "whole" | "positive" | "size" | "duration";

/** Readers of texts from the command line; each throws what is wrong with the text. Sizes in bytes, durations in milliseconds. */
export const readQuantity: Record<Quantity, (text: string) => number> = {
  count: (text) => (text === "0" ? 0 : wholeNumber(text)),
  port,
  whole: wholeNumber,
  positive,
  size: parseMemory,
  duration: parseDuration,
};

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new Error(`${JSON.stringify(text)} is no number over 0`);
  return value;
}

function wholeNumber(text: string): number {
  const value = positive(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${JSON.stringify(text)} is no whole number`);
  return value;
}

function port(text: string): number {
  const value = wholeNumber(text);
  if (value > 65_535) throw new Error(`${JSON.stringify(text)} is no port: 1 to 65535`);
  return value;
}
