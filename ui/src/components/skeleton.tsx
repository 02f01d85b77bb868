/** Lines of the size of what is to come, so that nothing moves when it does. */
export function SkeletonRows({ rows, height }: { readonly rows: number; readonly height: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center gap-4 border-b border-line px-4" style={{ height }}>
          <span className="skeleton size-3.5 rounded-full" />
          <span className="skeleton h-3" style={{ width: `${16 + ((row * 7) % 11)}%` }} />
          <span className="skeleton h-3 w-[9%]" />
          <span className="skeleton ml-auto h-2 w-[18%]" />
          <span className="skeleton h-3 w-[7%]" />
        </div>
      ))}
    </div>
  );
}

export function SkeletonBlock({ className }: { readonly className: string }) {
  return <div role="status" aria-label="Loading" className={`skeleton ${className}`} />;
}
