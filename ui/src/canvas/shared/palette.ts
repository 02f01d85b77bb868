import { mix, toHex, toRgb, luminance } from "./colour.ts";
import { states, type TaskState } from "./states.ts";

/** The page's colours as the drawings need them: opaque hexadecimal, read once per theme. */
export interface Palette {
  readonly states: Readonly<Record<TaskState, string>>;
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  readonly focus: string;
  readonly dark: boolean;
  /** Between muted and the surface: for what must be there and not be looked at. */
  readonly faint: string;
  /** CSS font families. */
  readonly font: string;
  readonly mono: string;
}

const fallback: Record<string, string> = {
  "--page": "#ffffff",
  "--raised": "#ffffff",
  "--line": "#e3e6ec",
  "--ink": "#161a22",
  "--soft": "#626b7b",
  "--accent": "#3759d6",
};

/** Reads what :root defines now. Any notation of CSS will do (`oklch`, `light-dark`, `var`): the browser resolves it. */
export function readPalette(): Palette {
  const probe = document.createElement("span");
  probe.style.display = "none";
  document.body.append(probe);
  const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
  const read = (name: string) => {
    probe.style.color = `var(${name}, ${fallback[name] ?? "#8a93a3"})`;
    pixel.fillStyle = getComputedStyle(probe).color;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    return toHex([red!, green!, blue!]);
  };
  const surface = read("--page");
  const muted = read("--soft");
  const palette: Palette = {
    states: Object.fromEntries(states.map((state) => [state, read(`--state-${state}`)])) as Record<TaskState, string>,
    surface,
    raised: read("--raised"),
    line: read("--line"),
    text: read("--ink"),
    muted,
    accent: read("--accent"),
    focus: read("--accent"),
    dark: luminance(toRgb(surface)) < 0.2,
    faint: mix(surface, muted, 0.45),
    font: getComputedStyle(document.body).fontFamily,
    mono: getComputedStyle(document.documentElement).getPropertyValue("--font-mono") || "ui-monospace, monospace",
  };
  probe.remove();
  return palette;
}
