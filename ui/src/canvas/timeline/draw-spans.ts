import { inkOn } from "../shared/colour.ts";
import { fitText, measureIn } from "../shared/fit-text.ts";
import { rowMiddle, type PlacedLane, type PlacedSpan } from "./lane-layout.ts";
import { hatch, phaseTone, phases } from "./phase-colours.ts";
import { gutter, xOf, type TimelineScene } from "./timeline-scene.ts";

const half = { thin: 2, full: 5.5 };
/** Narrower than this, phases are not told apart. */
const narrow = 4;

/** One bar per attempt: a thin hatched lead while it waits, then its phases in tones of its state's colour. */
export function drawSpans(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  lane: PlacedLane,
  width: number,
): void {
  for (const placed of lane.spans) {
    if (placed.end < scene.range.from || placed.start > scene.range.to) continue;
    drawSpan(context, scene, placed, rowMiddle(placed.row), width);
  }
}

function drawSpan(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  { span }: PlacedSpan,
  y: number,
  width: number,
): void {
  const { palette } = scene;
  const base = palette.states[span.state === "waiting" ? "ready" : span.state];
  const edges = span.at.map((at) => Math.max(gutter - 20, Math.min(width + 20, xOf(scene, at, width))));
  const [waiting, began] = [edges[0]!, edges[1]!];
  const end = edges.at(-1)!;
  if (began - waiting >= 1) {
    context.fillStyle = hatch(context, palette);
    context.fillRect(waiting, y - half.thin, began - waiting, half.thin * 2);
  }
  const ended = Math.max(end, began + 1.5);
  if (ended - began < narrow) {
    context.fillStyle = base;
    context.fillRect(began, y - half.full, ended - began, half.full * 2);
  } else {
    context.save();
    context.beginPath();
    context.roundRect(began, y - half.full, ended - began, half.full * 2, 2.5);
    context.clip();
    for (let index = 1; index < phases.length; index++) {
      const [from, to] = [edges[index]!, edges[index + 1] ?? end];
      if (to <= from) continue;
      context.fillStyle = phaseTone(phases[index]!, base, palette);
      context.fillRect(from, y - half.full, to - from, half.full * 2);
    }
    context.restore();
  }
  const failed = span.state === "failed" && ended - began >= 14;
  writeKey(context, scene, {
    span,
    from: Math.max(edges[2] ?? began, gutter),
    to: (edges[3] ?? ended) - (failed ? 12 : 0),
    y,
    base,
  });
  if (failed) cross(context, ended - 7, y, inkOn(base));
  if (scene.critical.has(span.ref)) {
    context.fillStyle = palette.accent;
    context.fillRect(began, y + half.full + 0.5, ended - began, 1.5);
  }
  if (scene.selected === span.ref) {
    context.strokeStyle = palette.accent;
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(waiting - 1.5, y - half.full - 1.5, ended - waiting + 3, half.full * 2 + 3, 4);
    context.stroke();
  }
}

/** The task's key in its bar, where there is room; which attempt it is, if not the first. */
function writeKey(
  context: CanvasRenderingContext2D,
  { palette }: TimelineScene,
  { span, from, to, y, base }: { span: PlacedSpan["span"]; from: number; to: number; y: number; base: string },
): void {
  if (to - from < 22) return;
  const key =
    /\[(.*)\]$/s
      .exec(span.ref)?.[1]
      ?.replaceAll(/[^,=]+=/g, "")
      .replaceAll(",", " ") ?? "";
  const text = span.attempt > 1 ? `${span.attempt}. ${key}` : key;
  context.font = `500 9px ${palette.mono}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = inkOn(base);
  context.fillText(fitText(text, to - from - 8, measureIn(context)), from + 4, y + 0.5);
}

function cross(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x - 2.5, y - 2.5);
  context.lineTo(x + 2.5, y + 2.5);
  context.moveTo(x + 2.5, y - 2.5);
  context.lineTo(x - 2.5, y + 2.5);
  context.stroke();
}
