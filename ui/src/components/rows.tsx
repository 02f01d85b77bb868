import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { useKeys } from "./keys.ts";
import { Failure } from "./notice.tsx";
import { SkeletonRows } from "./skeleton.tsx";
import { usePages, type PagesOptions } from "./use-pages.ts";

export interface Column<Row> {
  readonly id: string;
  readonly head: ReactNode;
  /** A track of the grid: `120px`, `minmax(80px, 1fr)`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: "right";
  /** What the order of this column is called; clicking the head sorts by it. */
  readonly sort?: string;
}

interface RowsProps<Page, Row> extends Omit<PagesOptions<Page, Row>, "first" | "last"> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rowHeight: number;
  readonly keyOf: (row: Row) => string;
  readonly empty: ReactNode;
  readonly selected?: string | undefined;
  /** Enter, or a click anywhere on the row; a link in the row does it by itself. */
  readonly onOpen?: (row: Row) => void;
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string | undefined) => void;
  /** The first page has come, or come anew. */
  readonly onPage?: (page: Page) => void;
}

/**
 * A table of any length. Only the rows on the screen exist; its head stays; `j` and `k` move, Enter opens. Asked
 * something else, it begins at its top, and shows what it had until the answer has come.
 */
export function Rows<Page, Row>(props: RowsProps<Page, Row>) {
  const { label, columns, rowHeight, keyOf, empty, selected, onOpen, onPage } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const [shown, setShown] = useState({ first: 0, last: 40 });
  const pages = usePages({ ...props, ...shown });
  const virtual = useVirtualizer({
    count: pages.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: headHeight,
    paddingStart: headHeight,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useLayoutEffect(() => {
    if (items.length > 0 && (shown.first !== first || shown.last !== last)) setShown({ first, last });
  }, [items.length, first, last, shown]);
  const { page } = pages;
  const question = JSON.stringify(props.queryKey);
  useEffect(() => {
    setAt(0);
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [question]);
  useEffect(() => {
    if (page) onPage?.(page);
  }, [page, onPage]);

  function move(by: number): void {
    const next = Math.max(0, Math.min(pages.count - 1, at + by));
    setAt(next);
    virtual.scrollToIndex(next);
    // A row that is on the screen at once, so that keys pressed fast are not lost; another when it has been drawn.
    if (!focusRow(next)) requestAnimationFrame(() => focusRow(next));
  }
  function focusRow(index: number): boolean {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${index}"]`);
    row?.focus({ preventScroll: true });
    return row !== null && row !== undefined;
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => (isRowFocused() ? move(1) : false),
    ArrowUp: () => (isRowFocused() ? move(-1) : false),
  });

  if (pages.error) return <Failure error={pages.error} onRetry={pages.retry} />;
  if (page && pages.count === 0) return empty;
  const gridTemplateColumns = columns.map(({ width }) => width).join(" ");
  return (
    <div ref={scroller} className="h-full overflow-auto">
      <div
        role="table"
        aria-label={label}
        aria-rowcount={pages.count + 1}
        className="relative min-w-full"
        style={{ height: virtual.getTotalSize() }}
      >
        <Head {...props} gridTemplateColumns={gridTemplateColumns} />
        {!page && (
          <div className="absolute inset-x-0 top-8">
            <SkeletonRows rows={12} height={rowHeight} />
          </div>
        )}
        <div role="rowgroup" className={pages.isOld ? "opacity-60 transition-opacity delay-150" : ""}>
          {items.map(({ index, start }) => {
            const row = pages.rowAt(index);
            if (!page) return null;
            return (
              // Enter works on the focused row; j, k and the arrows move it.
              <div
                key={row ? keyOf(row) : `empty ${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-current={row !== undefined && keyOf(row) === selected ? true : undefined}
                data-row={index}
                tabIndex={index === at ? 0 : -1}
                onFocus={() => setAt(index)}
                onKeyDown={(event) => {
                  if (event.key !== "Enter" || event.target !== event.currentTarget || !row) return;
                  event.preventDefault();
                  open(event.currentTarget, row, onOpen);
                }}
                onClick={(event) => {
                  if (row && onOpen && !isControl(event.target)) onOpen(row);
                }}
                className="group absolute inset-x-0 grid items-center gap-x-4 border-b border-line px-4 outline-none hover:bg-hover focus-visible:bg-hover focus-visible:shadow-[inset_2px_0_var(--accent)] aria-[current]:bg-accent-soft"
                style={{ transform: `translateY(${start}px)`, height: rowHeight, gridTemplateColumns, top: 0 }}
              >
                {columns.map((column) => (
                  <div
                    key={column.id}
                    role="cell"
                    className={`min-w-0 truncate ${column.align === "right" ? "text-right" : ""}`}
                  >
                    {row ? column.cell(row) : <span className="skeleton block h-3 w-2/3" />}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

const headHeight = 32;

function Head<Page, Row>(props: RowsProps<Page, Row> & { readonly gridTemplateColumns: string }) {
  const { columns, sort, onSort, gridTemplateColumns } = props;
  return (
    <div role="rowgroup" className="sticky top-0 z-10 h-8">
      <div
        role="row"
        className="grid h-8 items-center gap-x-4 border-b border-line bg-page px-4"
        style={{ gridTemplateColumns }}
      >
        {columns.map((column) => {
          const direction = column.sort === undefined ? undefined : directionOf(sort, column.sort);
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={direction}
              className={`label min-w-0 truncate ${column.align === "right" ? "text-right" : ""}`}
            >
              {column.sort === undefined || !onSort ? (
                column.head
              ) : (
                <button
                  type="button"
                  className="hover:text-ink"
                  onClick={() => onSort(nextSort(sort, column.sort ?? ""))}
                >
                  {column.head}
                  <span aria-hidden className="inline-block w-3 text-center text-ink">
                    {direction === "ascending" ? "↑" : direction === "descending" ? "↓" : ""}
                  </span>
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function directionOf(sort: string | undefined, column: string): "ascending" | "descending" | undefined {
  if (sort === column) return "ascending";
  return sort === `-${column}` ? "descending" : undefined;
}

/** Upwards, downwards, then as it was. */
function nextSort(sort: string | undefined, column: string): string | undefined {
  if (sort === column) return `-${column}`;
  return sort === `-${column}` ? undefined : column;
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest("a, button, input") !== null;
}

function isRowFocused(): boolean {
  return document.activeElement?.hasAttribute("data-row") ?? false;
}

function open<Row>(element: HTMLElement, row: Row, onOpen: ((row: Row) => void) | undefined): void {
  if (onOpen) onOpen(row);
  else element.querySelector("a")?.click();
}
