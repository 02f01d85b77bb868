import type { EdgeLook } from "./graph-model.ts";
import { edgeWords, joinGlyphs } from "./join-glyph.ts";

/** What the shapes of the edges mean: those that occur. */
export function JoinLegend({ looks }: { looks: readonly EdgeLook[] }) {
  if (looks.length === 0) return null;
  return (
    <div className="canvas-legend">
      <button type="button" aria-describedby="join-legend">
        Joins
      </button>
      <ul id="join-legend">
        {looks.map((look) => (
          <li key={look}>
            <svg width="18" height="18" viewBox="-9 -9 18 18" fill="none" stroke="currentColor" aria-hidden>
              <circle r="8.5" opacity="0.5" />
              <path d={joinGlyphs[look]} strokeWidth="1.2" strokeLinecap="round" />
            </svg>
            <span>
              {edgeWords[look].name} <span className="canvas-muted">{edgeWords[look].meaning}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
