import { expect, it } from "vitest";
import { terminalSvg } from "../../scripts/terminal-svg.mjs";

const draw = (...frames) =>
  terminalSvg({ frames, columns: 20, title: "here", label: "a terminal", frameMs: 100, restMs: 900, poster: 0 });

it("keeps colours, and gives each stretch the room that it had in the terminal", () => {
  expect(draw(["\u001b[1mname\u001b[0m  \u001b[31mbad\u001b[39m"])).toContain(
    '<text class="b" x="0" y="14" textLength="33.6" lengthAdjust="spacingAndGlyphs">name</text>' +
      '<text class="c31" x="50.4" y="14" textLength="25.2" lengthAdjust="spacingAndGlyphs">bad</text>',
  );
});

it("draws bars as boxes, each stretch of a sign as one", () => {
  expect(draw(["\u001b[32m███\u001b[33m░░"])).toContain(
    '<rect class="c32" x="0" y="3" width="25.2" height="13"/><rect class="c33" x="25.2" y="3" width="16.8" height="13" opacity="0.45"/>',
  );
});

it("writes a line that two frames share once", () => {
  const picture = draw(["same", "one"], ["same", "two"]);
  expect(picture.match(/>same</g)).toHaveLength(1);
  expect(picture.match(/<use href="#l0" y="0"/g)).toHaveLength(2);
});

it("takes what was printed as text, never as a part of the picture", () => {
  expect(draw([`<script>"&`])).toContain(">&#60;script&#62;&#34;&#38;<");
});
