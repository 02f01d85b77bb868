/** For those who have neither wheel nor keys at hand. */
export function ZoomTools({ zoom, fit }: { zoom: (factor: number) => void; fit: () => void }) {
  return (
    <div className="canvas-tools">
      <button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoom(1 / 1.4)}>
        −
      </button>
      <button type="button" aria-label="Show all" title="Show all (0)" onClick={fit}>
        <svg width="12" height="12" viewBox="0 0 12 12" fill="none" stroke="currentColor" aria-hidden>
          <path d="M1 4V1H4M8 1H11V4M11 8V11H8M4 11H1V8" />
        </svg>
      </button>
      <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoom(1.4)}>
        +
      </button>
    </div>
  );
}
