import type { EdgeLook } from "./graph-model.ts";

export const edgeWords: Record<EdgeLook, { readonly name: string; readonly meaning: string }> = {
  broadcast: { name: "broadcast", meaning: "one task feeds many" },
  "one-to-one": { name: "one to one", meaning: "each task feeds the one with its key" },
  collect: { name: "collect", meaning: "many tasks are gathered into one" },
  "many-to-many": { name: "many to many", meaning: "joined through the scenarios" },
  previous: { name: "previous", meaning: "each task feeds the next along a dimension" },
  order: { name: "after", meaning: "order alone, nothing is read" },
};

/** The glyph of a join as strokes in a square from −6 to 6, for canvas and for SVG alike. */
export const joinGlyphs: Record<EdgeLook, string> = {
  broadcast: "M-5 0H-1.5M-1.5 0L4.5 -4M-1.5 0H4.5M-1.5 0L4.5 4",
  "one-to-one": "M-4.5 -2.5H4.5M-4.5 2.5H4.5",
  collect: "M5 0H1.5M1.5 0L-4.5 -4M1.5 0H-4.5M1.5 0L-4.5 4",
  "many-to-many": "M-4.5 -3.5L4.5 3.5M-4.5 3.5L4.5 -3.5M-4.5 -3.5H4.5M-4.5 3.5H4.5",
  previous: "M-4 -3.5L-0.5 0L-4 3.5M1 -3.5L4.5 0L1 3.5",
  order: "M-4.5 0H-2M0 0H4M1.5 -2.5L4 0L1.5 2.5",
};
