import type { RequestTo, ResponseOf } from "../../../src/api/operations.ts";
import { drawn } from "./random.ts";

const recordBytes = 100;

/** A log of `lines` records of a hundred bytes each, none of which is kept anywhere. */
export function fakeLog(request: RequestTo<"readLogs">, lines = 40_000): ResponseOf<"readLogs"> {
  const limit = Number(request.limit ?? 2_000);
  let from = Math.floor(Number(request.from ?? 0) / recordBytes);
  if (request.tail !== undefined) from = Math.max(0, lines - Number(request.tail));
  let to = Math.min(lines, from + limit);
  if (request.before !== undefined) {
    to = Math.floor(Number(request.before) / recordBytes);
    from = Math.max(0, to - limit);
  }
  return {
    attempt: Number(request.attempt ?? 1),
    lines: Array.from({ length: to - from }, (_, at) => lineAt(from + at)),
    from: from * recordBytes,
    next: to * recordBytes,
    size: lines * recordBytes,
    ended: true,
  };
}

function lineAt(index: number): ResponseOf<"readLogs">["lines"][number] {
  const shared = { at: 1_700_000_000_000 + index * 310, partial: false };
  const kind = index % 17;
  if (kind === 3)
    return {
      ...shared,
      stream: "stderr",
      text: `\u001b[33mwarning\u001b[0m: ${index % 9} values are missing, filled with the median`,
    };
  if (kind === 11)
    return {
      ...shared,
      stream: "stdout",
      text: `\u001b]0;title\u0007\u001b[1mcheckpoint\u001b[0m written to \u001b[4;36mmodel-${index}.pkl\u001b[0m`,
    };
  if (index % 4_001 === 3_981)
    return {
      ...shared,
      stream: "stdout",
      text: `{"weights": [${Array.from({ length: 12_000 }, (_, at) => at % 97).join(",")}]}`,
    };
  return {
    ...shared,
    stream: "stdout",
    text: `epoch \u001b[32m${String(index).padStart(6)}\u001b[0m  loss ${(0.9 * Math.exp(-index / 9_000) + drawn(`l${index}`) * 0.02).toFixed(5)}  auc \u001b[34m${(0.61 + drawn(`a${index}`) * 0.2).toFixed(4)}\u001b[0m`,
  };
}
