// Makes the fonts of the dashboard, ui/src/theme/fonts/, out of the packages that have them whole: of each the Latin letters
// in the weights that the pages use. That halves them. Fonts seldom change, so they are made by hand:
//   node scripts/make-fonts.mjs
import "./check-node.mjs";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import subsetFont from "subset-font";
import { repository, say } from "./repository.mjs";

const folder = join(repository, "ui/src/theme/fonts");
const require = createRequire(import.meta.url);
const fonts = {
  "inter.woff2": { from: require.resolve("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2") },
  "jetbrains-mono.woff2": {
    from: require.resolve("@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2"),
    // Without ligatures, which are half of it: a log shows what was printed.
    noLayoutClosure: true,
  },
};

// As in `unicode-range` of ui/src/theme/fonts.css.
const ranges =
  "0000-00FF 0131 0152-0153 02BB-02BC 02C6 02DA 02DC 0304 0308 0329 2000-206F 20AC 2122 2191 2193 2212 2215 FEFF FFFD";
const weights = { min: 400, max: 600, default: 400 };

mkdirSync(folder, { recursive: true });
for (const [name, { from, ...options }] of Object.entries(fonts)) {
  const whole = readFileSync(from);
  const part = await subsetFont(whole, lettersOf(ranges), {
    targetFormat: "woff2",
    variationAxes: { wght: weights },
    ...options,
  });
  writeFileSync(join(folder, name), part);
  say(`${name}: ${part.length} bytes, of ${whole.length}`);
}

function lettersOf(text) {
  return text
    .split(" ")
    .map((range) => range.split("-").map((code) => Number.parseInt(code, 16)))
    .flatMap(([first, last = first]) =>
      Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)),
    )
    .join("");
}
